import { choice } from '../options.ts';
import { shuffled } from '../random/stream.ts';
import { defineSelector } from './selector.ts';

export const oracle = defineSelector({
  type: 'oracle',
  title: 'Oracle by label (control)',
  summary: 'Reads the gold label of the query, which no method may: how much the labels of the demos alone decide.',
  source: 'ours; METHODS 3 (controls)',
  evidence: 'ours',
  transductive: false,
  needsSharedLabels: true,
  needsKnowledge: false,
  perQuery: () => true,
  needsEmbed: () => false,
  fields: {
    labels: choice(
      'Demos',
      'Which labels the demos have.',
      [
        { value: 'same', label: 'only the gold label' },
        { value: 'other', label: 'only other labels' },
      ],
      'same',
    ),
  },
  prepare: async ({ pool, shots, random }, { labels }) => {
    return (query) =>
      shuffled(
        pool.filter((example) => (example.label === query.label) === (labels === 'same')),
        random('select/oracle', query.id),
      )
        .slice(0, shots)
        .map((example) => ({
          example,
          why: {
            reason: `drawn at random among ${labels === 'same' ? 'the gold label' : 'other labels'}`,
            figures: {},
            shared: [],
          },
        }));
  },
});
