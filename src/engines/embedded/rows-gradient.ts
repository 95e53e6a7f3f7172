import { addFfnRows, silu, siluSlope } from '../../core/model/ffn-rows.ts';
import type { RowsExample, RowsMap } from '../../core/model/latent.ts';
import type { Head } from './head.ts';
import { labelLoss, type PlacedExample, placesIn } from './label-loss.ts';

/** A place whose next token counts: what goes into the last feed-forward there, and the state after it without added rows. */
export interface Place {
  readonly input: Float32Array;
  readonly state: Float32Array;
}

/** An example with the frozen model behind it. */
export interface PreparedExample extends PlacedExample<Place>, Pick<RowsExample, 'states'> {}

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
  const places = placesIn(example);
  const states = places.map(({ input, state }) => {
    const changed = state.slice();
    addFfnRows(input, changed, width, rows, silu);
    return changed;
  });
  const { loss, byStates } = labelLoss(head, example, states);
  const byKeys = new Float64Array(count * width);
  const byValues = new Float64Array(count * width);
  for (const [i, { input }] of places.entries())
    throughRows(input, byStates[i] as Float64Array, rows, byKeys, byValues, width);
  const transposed = transpose(example.states, width);
  return {
    loss,
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

function transpose(rows: Float32Array, width: number): Float32Array {
  const count = rows.length / width;
  return Float32Array.from(
    { length: rows.length },
    (_, i) => rows[(i % count) * width + Math.floor(i / count)] as number,
  );
}
