import { poolWeights } from '../knowledge/relevance.ts';
import { choice, number, toggle } from '../options.ts';
import { weightedDraw } from '../random/stream.ts';
import { mostRelevant, relevanceOf } from './linked.ts';
import { inTurn } from './rank.ts';
import { defineSelector } from './selector.ts';

const fields = {
  alpha: number('Alpha', 'Weight of the entity overlap; the rest goes to the knowledge embeddings.', {
    min: 0,
    max: 1,
    step: 0.05,
    default: 0.5,
  }),
  gamma: number('Gamma', 'Small constant in the overlap term.', { min: 0, max: 1, step: 0.001, default: 0.001 }),
  stratified: toggle('Stratified', 'One demo of each label in turn, by relevance.', false),
  squared: toggle('Squared distance', 'The paper recalled: squared Euclidean distance of mean entity vectors.', true),
} as const;

export const ker = defineSelector({
  type: 'ker',
  title: 'KER (pool weights)',
  summary:
    'Knowledge relevance averaged over all queries weighs the pool; one weighted draw of demos serves every query, as in the paper.',
  source: 'KICT (Wang et al. 2024), 2309.14771; METHODS 1.2',
  evidence: 'recalled',
  transductive: true,
  needsKnowledge: true,
  perQuery: () => false,
  needsEmbed: () => false,
  fields: {
    ...fields,
    maximum: choice(
      'Maximum',
      'What overlap and distance are divided by.',
      [
        { value: 'target', label: 'the largest for this query' },
        { value: 'all', label: 'the largest over all pairs' },
      ],
      'target',
    ),
    temperature: number('Temperature', '1: weights as in the paper. Towards 0: the heaviest demos.', {
      min: 0.01,
      max: 2,
      step: 0.01,
      default: 1,
    }),
  },
  prepare: async (context, options) => {
    const { pool, targets, shots, random } = context;
    const { rows, forQuery } = relevanceOf(context, options);
    const { mean, weight } = poolWeights(rows, pool.length, targets.length);
    const heaviest = weight.reduce((a, b) => Math.max(a, b), 0);
    const sharpened = Array.from(weight, (w) => (w / heaviest) ** (1 / options.temperature));
    const keys = weightedDraw(sharpened, options.stratified ? pool.length : shots, random('select/ker'));
    const kept = options.stratified ? inTurn(keys, (i) => (pool[i] as (typeof pool)[number]).label, shots) : keys;
    const drawn = kept.sort((a, b) => (weight[b] as number) - (weight[a] as number) || a - b);
    return (query) => {
      const { why } = forQuery(query.id);
      return drawn.map((i) => {
        const { figures, shared } = why(i);
        return {
          example: pool[i] as (typeof pool)[number],
          why: {
            reason: 'drawn by its mean knowledge relevance over all queries',
            figures: { 'pool weight': weight[i] as number, 'mean relevance': mean[i] as number, ...figures },
            shared,
          },
        };
      });
    };
  },
});

export const kerQuery = defineSelector({
  type: 'ker-query',
  title: 'KER per query (ours)',
  summary: 'The demos of the highest knowledge relevance to this query: the fair counterpart of TopK and BM25.',
  source: 'ours, after METHODS 1.2 (step 3 without the average)',
  evidence: 'ours',
  transductive: false,
  needsKnowledge: true,
  perQuery: () => true,
  needsEmbed: () => false,
  fields,
  prepare: async (context, options) => {
    const { pool, shots } = context;
    const best = mostRelevant(context, options);
    const chosen = (queryId: string) =>
      options.stratified
        ? inTurn(best(queryId, pool.length), ({ index }) => (pool[index] as (typeof pool)[number]).label, shots)
        : best(queryId, shots);
    return (query) =>
      chosen(query.id).map(({ index, relevance, figures, shared }) => {
        const reason =
          shared.length > 0 ? 'shares entities with the query' : 'nearest in the knowledge embedding space';
        return {
          example: pool[index] as (typeof pool)[number],
          why: { reason, figures, shared },
          similarity: relevance,
        };
      });
  },
});
