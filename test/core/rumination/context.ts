import type { Knowledge } from '../../../src/core/knowledge/types.ts';
import type { Outcome, Review, RuminationContext, Step } from '../../../src/core/rumination/rumination.ts';
import { goldenKnowledge } from '../../support/small-world.ts';

export const perWord =
  (tokens: number) =>
  async (text: string): Promise<number> =>
    tokens * text.split(/\s+/u).filter((w) => w !== '').length;

export function contextOf(changes: Partial<RuminationContext> & { knowledge?: Knowledge } = {}): RuminationContext {
  return {
    id: 'e1',
    query: { text: 'The Louvre is in Paris, says Guido.' },
    lines: 'Sentence: The Louvre is in Paris, says Guido.',
    seed: 7,
    taskName: 'news topic',
    knowledge: goldenKnowledge(),
    demos: () => [
      {
        id: 'p1',
        query: { text: 'Python was the idea of Guido.' },
        lines: 'Sentence: Python was the idea of Guido.',
        seed: 11,
      },
      { id: 'p2', query: { text: 'It rains.' }, lines: 'Sentence: It rains.', seed: 12 },
    ],
    elsewhere: () => ({ id: 'p9', query: { text: 'Elsewhere.' }, lines: 'Sentence: Elsewhere.', seed: 99 }),
    fewShot: async ({ thought, demoThoughts }) => {
      const before = ['Demo', ...demoThoughts.values(), 'Query', ...(thought === '' ? [] : [thought])].join('\n');
      return { whole: `${before}\nTopic:`, throughThought: before };
    },
    count: perWord(1),
    latent: () => {
      throw new Error('closed');
    },
    ...changes,
  };
}

export function stepOf(outcome: Outcome): Step {
  if (outcome === 'too-long' || !('next' in outcome)) throw new Error('no step');
  return outcome;
}

export function reviewOf(outcome: Outcome): Review {
  if (outcome === 'too-long' || 'next' in outcome) throw new Error('no review');
  return outcome;
}

/** What comes of a plan when the model writes `text` for every request. */
export async function finished(outcome: Promise<Outcome>, text = ' words.'): Promise<Review> {
  let now = await outcome;
  while (now !== 'too-long' && 'next' in now) now = await now.next(now.requests.map(() => text));
  return reviewOf(now);
}
