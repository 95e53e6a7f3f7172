import { topIndices } from './rank.ts';
import { defineSelector } from './selector.ts';
import { COMPARED_BY, embeddingField, similarities, sourceOf } from './similarity.ts';

export const topk = defineSelector({
  type: 'topk',
  title: 'TopK (KATE)',
  summary: 'The demos most similar to the query by cosine of text embeddings.',
  source: 'Liu et al. 2022 (KATE); METHODS 3',
  evidence: 'verified',
  transductive: false,
  needsKnowledge: false,
  perQuery: () => true,
  needsEmbed: sourceOf,
  fields: { embedding: embeddingField },
  prepare: async (context, { embedding }) => {
    const { pool, shots } = context;
    const { toQuery } = await similarities(context, embedding);
    const reason = `most similar by ${COMPARED_BY[embedding]}`;
    return (query) => {
      const scores = toQuery(query.id);
      return topIndices(scores, shots).map((i) => ({
        example: pool[i] as (typeof pool)[number],
        why: { reason, figures: { cosine: scores[i] as number }, shared: [] },
        similarity: scores[i] as number,
      }));
    };
  },
});
