import { logSumExp, softmax } from '../../core/calibration/logspace.ts';
import type { SolvedExample } from '../../core/model/latent.ts';
import type { Head } from './head.ts';

/** An example whose tokens have their places: one list a continuation of where each token is told, and its id. */
export interface PlacedExample<Place> extends Pick<SolvedExample, 'labels' | 'gold'> {
  readonly continuations: readonly (readonly { readonly place: Place; readonly token: number }[])[];
}

/** Every place of an example once. */
export const placesIn = <Place>({ continuations }: PlacedExample<Place>): Place[] => [
  ...new Set(continuations.flat().map(({ place }) => place)),
];

/**
 * Cross-entropy of the gold label among all labels, in nats, and its gradient with respect to the states.
 * @param states before the final norm, one for each of `placesIn`.
 */
export function labelLoss<Place>(
  head: Head,
  example: PlacedExample<Place>,
  states: readonly Float32Array[],
): { readonly loss: number; readonly byStates: readonly Float64Array[] } {
  const places = placesIn(example);
  const at = new Map(places.map((place, i) => [place, i]));
  const logprobs = logprobsAt(head, states);
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
  const byStates = places.map((place, i) => {
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
    return head.backward(states[i] as Float32Array, byLogits);
  });
  return { loss: -Math.log(distribution[example.gold] as number), byStates };
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

/** Why labels and continuations do not go together; `null` where they do. */
export function labelsFault(examples: readonly SolvedExample[]): string | null {
  if (examples.length === 0) return 'there are no examples';
  const unlabelled = examples.some(
    ({ labels, continuations, gold }) => labels.length !== continuations.length || !labels.includes(gold),
  );
  return unlabelled ? 'an example has no label for each continuation, or a gold label without one' : null;
}
