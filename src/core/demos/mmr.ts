import { number } from '../options.ts';
import { defineSelector } from './selector.ts';
import { embeddingField, similarities, sourceOf } from './similarity.ts';

export const mmr = defineSelector({
  type: 'mmr',
  title: 'MMR',
  summary: 'Similar to the query, yet unlike each other: maximal marginal relevance.',
  source: 'METHODS 3, golden vector 13.6',
  evidence: 'verified',
  transductive: false,
  needsKnowledge: false,
  perQuery: () => true,
  needsEmbed: sourceOf,
  fields: {
    embedding: embeddingField,
    lambda: number('Lambda', '1: similarity alone. Lower: more variety.', { min: 0, max: 1, step: 0.05, default: 0.6 }),
  },
  prepare: async (context, { embedding, lambda }) => {
    const { mmrOrder } = await import('./greedy.ts');
    const { pool, shots } = context;
    const { toQuery, between } = await similarities(context, embedding);
    return (query) => {
      const scores = toQuery(query.id);
      return mmrOrder(scores, between, lambda, shots).map((i) => ({
        example: pool[i] as (typeof pool)[number],
        why: {
          reason: 'similar to the query, unlike the others',
          figures: { cosine: scores[i] as number },
          shared: [],
        },
        similarity: scores[i] as number,
      }));
    };
  },
});
