import type { Stream } from '../random/stream.ts';
import { shuffled } from '../random/stream.ts';

export const ORDERS = [
  { value: 'nearest-last', label: 'most relevant last' },
  { value: 'nearest-first', label: 'most relevant first' },
  { value: 'shuffled', label: 'shuffled' },
] as const;

export type Order = (typeof ORDERS)[number]['value'];

/** @param ranked most relevant first. Result: order in the prompt. */
export function ordered<T>(ranked: readonly T[], order: Order, random: () => Stream): T[] {
  switch (order) {
    case 'nearest-last':
      return [...ranked].reverse();
    case 'nearest-first':
      return [...ranked];
    case 'shuffled':
      return shuffled(ranked, random());
  }
}
