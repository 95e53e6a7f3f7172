import type { Stream } from '../random/stream.ts';
import { shuffled } from '../random/stream.ts';

export const ORDERS = [
  { value: 'nearest-last', label: 'most relevant last' },
  { value: 'nearest-first', label: 'most relevant first' },
  { value: 'shuffled', label: 'shuffled' },
  { value: 'by-label', label: 'label after label' },
  { value: 'global-entropy', label: 'entropy probing: GlobalE' },
  { value: 'local-entropy', label: 'entropy probing: LocalE' },
] as const;

export type Order = (typeof ORDERS)[number]['value'];
/** Found by asking the model (METHODS 6), for one set of demos that serves all queries. */
export type EntropyOrder = 'global-entropy' | 'local-entropy';
export type PlainOrder = Exclude<Order, EntropyOrder>;

export const isEntropyOrder = (order: Order): order is EntropyOrder =>
  order === 'global-entropy' || order === 'local-entropy';

/**
 * @param ranked most relevant first. Result: order in the prompt.
 * @param labelAt place of an item's label among the labels; within a label the most relevant comes last.
 */
export function ordered<T>(
  ranked: readonly T[],
  order: PlainOrder,
  random: () => Stream,
  labelAt: (item: T) => number,
): T[] {
  switch (order) {
    case 'nearest-last':
      return [...ranked].reverse();
    case 'nearest-first':
      return [...ranked];
    case 'shuffled':
      return shuffled(ranked, random());
    case 'by-label':
      return [...ranked].reverse().sort((a, b) => labelAt(a) - labelAt(b));
  }
}
