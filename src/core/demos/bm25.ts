import { fullText } from '../data/example.ts';
import { choice } from '../options.ts';
import { words } from '../words.ts';
import { topIndices } from './rank.ts';
import { defineSelector } from './selector.ts';

export const bm25 = defineSelector({
  type: 'bm25',
  title: 'BM25',
  summary: 'The demos that share the rarest words with the query.',
  source: 'METHODS 3, golden vector 13.4',
  evidence: 'verified',
  transductive: false,
  needsKnowledge: false,
  perQuery: () => true,
  needsEmbed: () => false,
  fields: {
    variant: choice(
      'Variant',
      'Okapi idf turns negative on small pools, so Lucene is the default.',
      [
        { value: 'lucene', label: 'Lucene (k1 1.2)' },
        { value: 'okapi', label: 'Okapi (k1 1.5)' },
      ],
      'lucene',
    ),
  },
  prepare: async ({ pool, shots }, { variant }) => {
    const { Bm25Index, LUCENE, OKAPI } = await import('./bm25-index.ts');
    const index = new Bm25Index(
      pool.map((example) => words(fullText(example))),
      variant === 'lucene' ? LUCENE : OKAPI,
    );
    return (query) => {
      const { scores, matched } = index.search(words(fullText(query)));
      return topIndices(scores, shots).map((i) => {
        const shared = [...(matched.get(i) ?? [])];
        return {
          example: pool[i] as (typeof pool)[number],
          why: {
            reason: shared.length === 0 ? 'shares no word with the query' : `shares ${shared.join(', ')}`,
            figures: { bm25: scores[i] as number },
            shared: [],
          },
          similarity: scores[i] as number,
        };
      });
    };
  },
});
