import { toggle } from '../options.ts';
import { shuffled } from '../random/stream.ts';
import { defineSelector, type Selected } from './selector.ts';

export const random = defineSelector({
  type: 'random',
  title: 'Random',
  summary: 'Uniform draw from the pool without replacement. The baseline that every selector has to beat.',
  source: 'METHODS 3',
  evidence: 'verified',
  transductive: false,
  needsKnowledge: false,
  perQuery: ({ redraw }) => redraw,
  needsEmbed: () => false,
  fields: {
    redraw: toggle(
      'New draw for each query',
      'Off: one set of demos serves all queries (Zhao 2021). On: each query has its own draw (OpenICL).',
      false,
    ),
  },
  prepare: async ({ pool, shots, random: stream }, { redraw }) => {
    const draw = (...name: string[]): Selected[] =>
      shuffled(pool, stream('select/random', ...name))
        .slice(0, shots)
        .map((example) => ({ example, why: { reason: 'drawn at random', figures: {}, shared: [] } }));
    if (redraw) return (query) => draw(query.id);
    const once = draw();
    return () => once;
  },
});
