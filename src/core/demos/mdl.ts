import { number } from '../options.ts';
import { shuffled } from '../random/stream.ts';
import { topIndices } from './rank.ts';
import { defineSelector } from './selector.ts';
import { embeddingField, similarities, sourceOf } from './similarity.ts';

export const mdl = defineSelector({
  type: 'mdl',
  title: 'MDL (self-adaptive)',
  summary:
    'Of several sets of near demos takes the one with which the model is surest of its answer to the query. Scores each query once a set.',
  source: 'Wu et al. 2023 as in OpenICL; METHODS 3',
  evidence: 'verified',
  transductive: false,
  needsKnowledge: false,
  perQuery: () => true,
  asksModel: 'query',
  needsEmbed: sourceOf,
  fields: {
    embedding: embeddingField,
    candidates: number('Candidates', 'How many nearest demos the sets are drawn from.', {
      min: 2,
      max: 200,
      step: 1,
      default: 30,
    }),
    sets: number('Sets', 'How many sets are tried; the first is the nearest demos.', {
      min: 2,
      max: 10,
      step: 1,
      default: 5,
    }),
  },
  prepare: async (context, { embedding, candidates, sets: count }) => {
    const { pool, shots, random } = context;
    const { toQuery } = await similarities(context, embedding);
    const setsOf = (query: { readonly id: string }) => {
      const scores = toQuery(query.id);
      const near = topIndices(scores, Math.max(candidates, shots));
      return Array.from({ length: count }, (_, set) => {
        const drawn = set === 0 ? near : shuffled(near, random('select/mdl', query.id, set));
        return drawn
          .slice(0, shots)
          .sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b)
          .map((i) => ({
            example: pool[i] as (typeof pool)[number],
            why: {
              reason: set === 0 ? 'of the nearest set' : `of drawn set ${set} of near demos`,
              figures: { cosine: scores[i] as number, set },
              shared: [],
            },
            similarity: scores[i] as number,
          }));
      });
    };
    return Object.assign((query: { readonly id: string }) => setsOf(query)[0] ?? [], { sets: setsOf });
  },
});
