import { logSumExp, softmax } from '../../core/calibration/logspace.ts';
import { addFfnRows, silu, siluSlope } from '../../core/model/ffn-rows.ts';
import type { RowsExample, RowsMap } from '../../core/model/latent.ts';
import type { Head } from './head.ts';

/** A place whose next token counts: what goes into the last feed-forward there, and the state after it without added rows. */
export interface Place {
  readonly input: Float32Array;
  readonly state: Float32Array;
}

/** An example with the frozen model behind it. */
export interface PreparedExample extends Pick<RowsExample, 'labels' | 'gold' | 'states'> {
  /** One list a continuation: where each of its tokens is told, and its id. */
  readonly continuations: readonly (readonly { readonly place: Place; readonly token: number }[])[];
}

export interface RowsGradient {
  /** Cross-entropy of the gold label among all labels, in nats. */
  readonly loss: number;
  readonly keys: Float64Array;
  readonly values: Float64Array;
}

/** [a][b] x [b][c]. */
function times(a: ArrayLike<number>, b: ArrayLike<number>, inner: number): Float32Array {
  const rows = a.length / inner;
  const columns = b.length / inner;
  const out = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < inner; i++) {
      const scale = a[r * inner + i] as number;
      for (let c = 0; c < columns; c++)
        out[r * columns + c] = (out[r * columns + c] as number) + scale * (b[i * columns + c] as number);
    }
  }
  return Float32Array.from(out);
}

/** keys = states W_k, values = states W_v. */
export const rowsOf = (states: Float32Array, map: RowsMap, width: number) => ({
  keys: times(states, map.keys, width),
  values: times(states, map.values, width),
});

/** The loss of one example and its gradient with respect to W_k and W_v; only the last layer and the output lie between. */
export function rowsGradient(head: Head, example: PreparedExample, map: RowsMap, width: number): RowsGradient {
  const rows = rowsOf(example.states, map, width);
  const count = rows.keys.length / width;
  const places = [...new Set(example.continuations.flat().map(({ place }) => place))];
  const states = places.map(({ input, state }) => {
    const changed = state.slice();
    addFfnRows(input, changed, width, rows, silu);
    return changed;
  });
  const logprobs = logprobsAt(head, states);
  const at = new Map(places.map((place, i) => [place, i]));
  const sums = example.continuations.map((tokens) =>
    tokens.reduce((sum, { place, token }) => sum + (logprobs[at.get(place) as number]?.[token] as number), 0),
  );
  const labelCount = Math.max(...example.labels) + 1;
  const labelSums = Array.from({ length: labelCount }, (_, label) =>
    logSumExp(sums.filter((_, c) => example.labels[c] === label)),
  );
  const distribution = softmax(labelSums);
  /** d loss / d sum of each continuation. */
  const slopes = sums.map((sum, c) => {
    const label = example.labels[c] as number;
    return (
      ((distribution[label] as number) - (label === example.gold ? 1 : 0)) *
      Math.exp(sum - (labelSums[label] as number))
    );
  });
  const byKeys = new Float64Array(count * width);
  const byValues = new Float64Array(count * width);
  for (const [i, place] of places.entries()) {
    const byLogits = new Float32Array(logprobs[i]?.length ?? 0);
    let total = 0;
    for (const [c, tokens] of example.continuations.entries()) {
      for (const { place: own, token } of tokens) {
        if (own !== place) continue;
        byLogits[token] = (byLogits[token] as number) + (slopes[c] as number);
        total += slopes[c] as number;
      }
    }
    // Where all labels part at one token the slopes cancel, and with them the sum over the vocabulary.
    if (Math.abs(total) > 1e-9) {
      logprobs[i]?.forEach((logprob, token) => {
        byLogits[token] = (byLogits[token] as number) - total * Math.exp(logprob);
      });
    }
    const byState = head.backward(states[i] as Float32Array, byLogits);
    throughRows(place.input, byState, rows, byKeys, byValues, width);
  }
  const transposed = transpose(example.states, width);
  return {
    loss: -Math.log(distribution[example.gold] as number),
    keys: Float64Array.from(times(transposed, byKeys, count)),
    values: Float64Array.from(times(transposed, byValues, count)),
  };
}

/** Adds the gradient with respect to the rows at one place. */
function throughRows(
  input: Float32Array,
  byState: Float64Array,
  { keys, values }: { keys: Float32Array; values: Float32Array },
  byKeys: Float64Array,
  byValues: Float64Array,
  width: number,
): void {
  for (let from = 0; from < keys.length; from += width) {
    let dot = 0;
    let byActivation = 0;
    for (let i = 0; i < width; i++) {
      dot += (input[i] as number) * (keys[from + i] as number);
      byActivation += (byState[i] as number) * (values[from + i] as number);
    }
    const active = silu(dot);
    const slope = siluSlope(dot) * byActivation;
    for (let i = 0; i < width; i++) {
      byKeys[from + i] = (byKeys[from + i] as number) + slope * (input[i] as number);
      byValues[from + i] = (byValues[from + i] as number) + active * (byState[i] as number);
    }
  }
}

function logprobsAt(head: Head, states: readonly Float32Array[]): Float32Array[] {
  const all: Float32Array[] = [];
  try {
    for (const state of states)
      head.pushState(state, (logits, logSum) => all.push(logits.map((logit) => logit - logSum)));
    head.flush();
  } finally {
    head.drop();
  }
  return all;
}

function transpose(rows: Float32Array, width: number): Float32Array {
  const count = rows.length / width;
  return Float32Array.from(
    { length: rows.length },
    (_, i) => rows[(i % count) * width + Math.floor(i / count)] as number,
  );
}
