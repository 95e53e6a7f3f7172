import { number } from '../options.ts';
import { shuffled } from '../random/stream.ts';
import { defineSelector, type Selected } from './selector.ts';
import { embeddingField, similarities, sourceOf } from './similarity.ts';
import { neighboursIn } from './vote-k.ts';

/** Items in as many runs of equal length as can be, the longer ones first. */
export function equalParts<T>(items: readonly T[], count: number): T[][] {
  const parts = Math.min(count, items.length);
  return Array.from({ length: parts }, (_, p) =>
    items.slice(Math.ceil((p * items.length) / parts), Math.ceil(((p + 1) * items.length) / parts)),
  );
}

export const votekFull = defineSelector({
  type: 'vote-k-full',
  title: 'Vote-k (both stages)',
  summary:
    'One set for all queries: a first part by votes alone; with it the model answers the pool, which is cut into equal parts from the least sure to the surest, and each part gives the item with the most votes. Reads no label but those of the first part.',
  source:
    'Su et al. 2023, with vote counts that go on in stage 2; METHODS 3. The share of the first part is ours (theirs: 10 of 100)',
  evidence: 'verified',
  transductive: false,
  needsKnowledge: false,
  perQuery: () => false,
  asksModel: 'pool',
  needsEmbed: sourceOf,
  fields: {
    embedding: embeddingField,
    first: number('First part', 'Share of the demos that votes alone choose.', {
      min: 0.1,
      max: 0.9,
      step: 0.1,
      default: 0.5,
    }),
    asked: number('Asked', 'How many pool items the model answers at most; of a larger pool as many are drawn.', {
      min: 100,
      max: 3000,
      step: 100,
      default: 200,
    }),
  },
  prepare: async (context, { embedding, first, asked }) => {
    const { pickMany, voting } = await import('./greedy.ts');
    const { pool, shots, random, ask } = context;
    const { between } = await similarities({ ...context, targets: [] }, embedding);
    const votes = voting(pool.length, between, neighboursIn(pool.length));
    const demo = (i: number, reason: string, figures: Selected['why']['figures']): Selected => ({
      example: pool[i] as (typeof pool)[number],
      why: { reason, figures, shared: [] },
    });
    const early = pickMany(votes, pool.length, Math.max(1, Math.round(first * shots)));
    const chosen = early.map((i, rank) => demo(i, 'stands for its neighbours in the pool', { pick: rank + 1 }));
    if (chosen.length >= shots) return () => chosen.slice(0, shots);
    const left = pool.map((_, i) => i).filter((i) => !early.includes(i));
    const read = left.length <= asked ? left : shuffled(left, random('select/vote-k')).slice(0, asked);
    const answers = await ask(
      chosen,
      read.map((i) => pool[i] as (typeof pool)[number]),
    );
    const known = read
      .flatMap((i, at) => {
        const distribution = answers[at];
        return distribution == null ? [] : [{ i, confidence: Math.max(...distribution) }];
      })
      .sort((a, b) => a.confidence - b.confidence || a.i - b.i);
    const confidence = new Map(known.map((item) => [item.i, item.confidence]));
    const parts = equalParts(
      known.map(({ i }) => i),
      shots - chosen.length,
    );
    const later = parts.map((part, p) => {
      const i = votes.pick(part);
      return demo(i, `stands for its neighbours, in part ${p + 1} of ${parts.length} by confidence`, {
        pick: chosen.length + p + 1,
        confidence: confidence.get(i) as number,
      });
    });
    return () => [...chosen, ...later];
  },
});
