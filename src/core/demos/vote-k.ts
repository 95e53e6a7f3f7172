import { defineSelector } from './selector.ts';
import { embeddingField, similarities, sourceOf } from './similarity.ts';

/** Votes of an item go to this many neighbours, or to a fifth of a small pool. */
export const neighboursIn = (size: number): number => Math.min(150, Math.ceil(size / 5));

export const votek = defineSelector({
  type: 'vote-k',
  title: 'Vote-k (fast)',
  summary: 'One set for all queries that stands for the pool: items whose neighbours are not yet spoken for.',
  source: 'Su et al. 2023, stage 1; METHODS 3, golden vector 13.5',
  evidence: 'verified',
  transductive: false,
  needsKnowledge: false,
  perQuery: () => false,
  needsEmbed: sourceOf,
  fields: { embedding: embeddingField },
  prepare: async (context, { embedding }) => {
    const { voteK } = await import('./greedy.ts');
    const { pool, shots } = context;
    const { between } = await similarities({ ...context, targets: [] }, embedding);
    const chosen = voteK(pool.length, between, neighboursIn(pool.length), shots).map((i, rank) => ({
      example: pool[i] as (typeof pool)[number],
      why: { reason: 'stands for its neighbours in the pool', figures: { pick: rank + 1 }, shared: [] },
    }));
    return () => chosen;
  },
});
