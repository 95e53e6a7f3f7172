import { fitOf } from '../../core/model/fit.ts';
import type { Machine } from '../../core/model/machine.ts';
import type { ModelChoice } from '../../core/run/spec.ts';
import type { Offer } from '../host.ts';

export interface Recommendation {
  readonly choice: ModelChoice;
  readonly title: string;
  readonly reason: string;
}

/** Largest first: a larger model follows demonstrations better, and more machines hold a smaller one. */
const CANDIDATES = [
  { id: 'Qwen2.5-1.5B-Instruct', leastMemoryGB: 8 },
  { id: 'Qwen2.5-0.5B-Instruct', leastMemoryGB: 4 },
];

const SMALLEST = CANDIDATES.at(-1)?.id;

/** One model to go on with on this machine, once the embedded one has shown what the playground does. */
export function recommend(machine: Machine, offers: readonly Offer[]): Recommendation {
  const { memoryGB, gpu } = machine;
  for (const { id, leastMemoryGB } of CANDIDATES) {
    const offer = offers.find(({ choice }) => choice.id === id);
    // Where the browser does not tell its memory, the smallest.
    const held = memoryGB === null ? id === SMALLEST : memoryGB >= leastMemoryGB;
    if (offer === undefined || !held || fitOf(offer.need, machine).kind !== 'fits') continue;
    const slow = id === SMALLEST ? '; larger ones may be slow' : '';
    return {
      choice: offer.choice,
      title: offer.title,
      reason: `${offer.licence}, and this machine holds it with room to spare${slow}.`,
    };
  }
  const why =
    gpu === null || gpu.software
      ? 'Without a GPU larger models are slow in a tab'
      : 'Larger models do not fit this machine with room to spare';
  return {
    choice: { engine: 'embedded', id: 'knowshot-mini' },
    title: 'Knowshot mini',
    reason: `${why}; a server of your own can take them.`,
  };
}
