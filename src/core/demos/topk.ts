import { fullText } from '../data/example.ts';
import { choice } from '../options.ts';
import { cosine, topIndices } from './rank.ts';
import { defineSelector } from './selector.ts';
import { sparseCosine, TfIdf } from './tfidf.ts';

export const topk = defineSelector({
  type: 'topk',
  title: 'TopK (KATE)',
  summary: 'The demos most similar to the query by cosine of text embeddings.',
  source: 'Liu et al. 2022 (KATE); METHODS 3',
  evidence: 'verified',
  transductive: false,
  needsKnowledge: false,
  needsEmbed: ({ embedding }) => embedding === 'model',
  fields: {
    embedding: choice(
      'Embedding',
      'What texts are compared by.',
      [
        { value: 'model', label: 'hidden states of the current model' },
        { value: 'tfidf', label: 'tf-idf of words' },
      ],
      'model',
    ),
  },
  prepare: async ({ pool, targets, shots, embed }, { embedding }) => {
    const similarity = embedding === 'model' ? await byModel(pool, targets, embed) : byWords(pool);
    return (query) => {
      const scores = similarity(query);
      return topIndices(scores, shots).map((i) => ({
        example: pool[i] as (typeof pool)[number],
        why: {
          reason: embedding === 'model' ? 'most similar by model embedding' : 'most similar by tf-idf',
          figures: { cosine: scores[i] as number },
          shared: [],
        },
      }));
    };
  },
});

type Texts = readonly { readonly id: string; readonly text: string; readonly text2?: string }[];
type Similarity = (query: Texts[number]) => Float64Array;

async function byModel(
  pool: Texts,
  targets: Texts,
  embed: (texts: readonly string[]) => Promise<readonly Float32Array[]>,
): Promise<Similarity> {
  const poolVectors = await embed(pool.map(fullText));
  const targetVectors = await embed(targets.map(fullText));
  const byId = new Map(targets.map((t, i) => [t.id, targetVectors[i] as Float32Array]));
  return (query) => {
    const vector = byId.get(query.id);
    if (vector === undefined) throw new Error(`${query.id} is not a query of this run`);
    return Float64Array.from(poolVectors, (other) => cosine(vector, other));
  };
}

function byWords(pool: Texts): Similarity {
  const index = new TfIdf(pool.map(fullText));
  const vectors = pool.map((example) => index.vector(fullText(example)));
  return (query) => {
    const vector = index.vector(fullText(query));
    return Float64Array.from(vectors, (other) => sparseCosine(vector, other));
  };
}
