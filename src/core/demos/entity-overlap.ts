import { relevanceOf } from './linked.ts';
import { topIndices } from './rank.ts';
import { defineSelector } from './selector.ts';

/** Overlap alone: the distance term of KER has no weight. */
const OVERLAP = { alpha: 1, gamma: 0.001, squared: true, maximum: 'target' } as const;

export const entityOverlap = defineSelector({
  type: 'entity-overlap',
  title: 'Entity overlap',
  summary: 'The demos that share most of their entities with the query: KER per query without knowledge embeddings.',
  source: 'METHODS 1.2 (alpha = 1), 3',
  evidence: 'ours',
  transductive: false,
  needsKnowledge: true,
  perQuery: () => true,
  needsEmbed: () => false,
  fields: {},
  prepare: async (context) => {
    const { pool, shots } = context;
    const { forQuery } = relevanceOf(context, OVERLAP);
    return (query) => {
      const { row, why } = forQuery(query.id);
      return topIndices(row.overlap, shots).map((i) => {
        const { shared } = why(i);
        const overlap = row.overlap[i] as number;
        return {
          example: pool[i] as (typeof pool)[number],
          why: {
            reason: shared.length > 0 ? 'shares entities with the query' : 'shares no entity; first in the pool',
            figures: { overlap },
            shared,
          },
          similarity: overlap,
        };
      });
    };
  },
});
