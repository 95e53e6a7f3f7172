import { shuffled } from '../random/stream.ts';
import { defineSelector, type Selected } from './selector.ts';

export const balanced = defineSelector({
  type: 'balanced',
  title: 'Balanced random',
  summary:
    'Random draw with the same number of demos for each label, as far as the number of shots and the pool allow.',
  source: 'METHODS 3 (stratified option)',
  evidence: 'verified',
  transductive: false,
  needsKnowledge: false,
  perQuery: () => false,
  needsEmbed: () => false,
  fields: {},
  prepare: async ({ pool, shots, labels, random }) => {
    const queues = new Map(labels.map((label) => [label.id, [] as (typeof pool)[number][]]));
    for (const example of shuffled(pool, random('select/balanced'))) queues.get(example.label)?.push(example);
    const chosen: Selected[] = [];
    for (let round = 0; chosen.length < shots && [...queues.values()].some((q) => q.length > round); round++) {
      for (const label of shuffled(labels, random('select/balanced/round', round))) {
        const example = queues.get(label.id)?.[round];
        if (example === undefined || chosen.length === shots) continue;
        chosen.push({ example, why: { reason: `drawn at random for ${label.id}`, figures: {}, shared: [] } });
      }
    }
    return () => chosen;
  },
});
