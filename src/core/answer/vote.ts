import { specError } from '../errors.ts';
import { choice } from '../options.ts';
import type { TallyingAnswerer } from './answerer.ts';

const fields = {
  weight: choice(
    'Weight',
    'What a demo counts.',
    [
      { value: 'one', label: 'one vote each' },
      { value: 'similarity', label: 'its similarity to the query' },
    ],
    'one',
  ),
} as const;

/** The label that most of the chosen demos have; where labels tie, the one of the most relevant demo among them. */
export const vote = {
  type: 'vote',
  title: 'Vote of the demos (no model)',
  summary:
    'The demos vote with their labels; no model is asked. With TopK it is the kNN classifier: what a model does not beat, retrieval alone explains.',
  source: 'METHODS 3 (kNN vote)',
  evidence: 'ours',
  needsSharedLabels: true,
  fields,
  ignores: ['order', 'ruminate', 'tune', 'calibrate', 'score'],
  asks: false,
  tally: ({ labels, demos }, { weight }) => {
    const indexOf = new Map(labels.map(({ id }, i) => [id, i]));
    const votes = demos.map(({ example, similarity }) => {
      if (weight === 'similarity' && similarity === undefined) {
        throw specError(
          'This way of choosing demos measures no similarity that votes could be weighted by. Choose TopK, BM25, KER per query, or one vote each.',
        );
      }
      return { label: indexOf.get(example.label) ?? -1, weight: weight === 'one' ? 1 : Math.max(0, similarity ?? 0) };
    });
    const sums = labels.map((_, i) => votes.reduce((sum, v) => (v.label === i ? sum + v.weight : sum), 0));
    const total = sums.reduce((a, b) => a + b, 0);
    if (!(total > 0)) return null;
    const most = Math.max(...sums);
    const first = votes.find(({ label }) => sums[label] === most);
    return { shares: sums.map((s) => s / total), answer: first?.label ?? sums.indexOf(most) };
  },
} as const satisfies TallyingAnswerer<typeof fields>;
