import { type Stream, shuffled } from '../random/stream.ts';

/** Entropy of a distribution, in nats. */
export const entropy = (p: readonly number[]): number => p.reduce((sum, x) => (x > 0 ? sum - x * Math.log(x) : sum), 0);

/** GlobalE: entropy of how often each label is predicted (Lu et al. 2022; METHODS 6, golden vector 13.7). */
export function globalEntropy(predictions: readonly number[], labels: number): number {
  const counts = Array.from({ length: labels }, (_, i) => predictions.filter((p) => p === i).length);
  return entropy(counts.map((n) => n / Math.max(1, predictions.length)));
}

/** LocalE: mean entropy of the label distributions. */
export const localEntropy = (rows: readonly (readonly number[])[]): number =>
  rows.length === 0 ? 0 : rows.reduce((sum, row) => sum + entropy(row), 0) / rows.length;

/** All orders of up to this many items are tried, and as many drawn ones of more. */
const ALL = 4;
const CANDIDATES = 24;

/** Orders of `count` items to try, as indices; the first is the one that items come in. */
export function candidateOrders(count: number, random: Stream): number[][] {
  const identity = Array.from({ length: count }, (_, i) => i);
  if (count <= ALL) return permutations(identity);
  const seen = new Map([[identity.join(' '), identity]]);
  while (seen.size < CANDIDATES) {
    const order = shuffled(identity, random);
    seen.set(order.join(' '), order);
  }
  return [...seen.values()];
}

const permutations = (items: readonly number[]): number[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((item) => permutations(items.filter((x) => x !== item)).map((rest) => [item, ...rest]));
