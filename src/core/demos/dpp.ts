import { number } from '../options.ts';
import { topIndices } from './rank.ts';
import { defineSelector } from './selector.ts';
import { embeddingField, similarities, sourceOf } from './similarity.ts';

export const dpp = defineSelector({
  type: 'dpp',
  title: 'DPP',
  summary: 'The set of near demos that spans the most: greedy choice under a determinantal point process.',
  source: 'CEIL-style kernel as in OpenICL; METHODS 3, golden vector 13.6',
  evidence: 'verified',
  transductive: false,
  needsKnowledge: false,
  perQuery: () => true,
  needsEmbed: sourceOf,
  fields: {
    embedding: embeddingField,
    candidates: number('Candidates', 'How many nearest demos the set is chosen from.', {
      min: 2,
      max: 200,
      step: 1,
      default: 40,
    }),
    scale: number('Scale', 'Smaller: similarity counts more than variety.', {
      min: 0.02,
      max: 1,
      step: 0.02,
      default: 0.1,
    }),
  },
  prepare: async (context, { embedding, candidates, scale }) => {
    const { dppOrder } = await import('./greedy.ts');
    const { pool, shots } = context;
    const { toQuery, between } = await similarities(context, embedding);
    return (query) => {
      const scores = toQuery(query.id);
      const near = topIndices(scores, Math.max(candidates, shots));
      const at = (position: number) => near[position] as number;
      const picked = dppOrder(
        near.map((i) => scores[i] as number),
        (a, b) => between(at(a), at(b)),
        scale,
        shots,
      );
      return picked
        .map(at)
        .sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b)
        .map((i) => ({
          example: pool[i] as (typeof pool)[number],
          why: { reason: 'part of the most varied near set', figures: { cosine: scores[i] as number }, shared: [] },
          similarity: scores[i] as number,
        }));
    };
  },
});
