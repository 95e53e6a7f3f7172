import { fullText } from '../data/example.ts';
import { choice } from '../options.ts';
import { cosine } from './rank.ts';
import type { EmbedSource, SelectorContext } from './selector.ts';
import { type SparseVector, sparseCosine, TfIdf } from './tfidf.ts';

export const embeddingField = choice(
  'Embedding',
  'What texts are compared by.',
  [
    { value: 'model', label: 'embeddings of the current model' },
    { value: 'sentence', label: 'the sentence embedder chosen under Models' },
    { value: 'tfidf', label: 'tf-idf of words' },
  ],
  'model',
);

export type Embedding = (typeof embeddingField)['choices'][number]['value'];

/** What makes the vectors; `false` where none are asked for. */
export const sourceOf = ({ embedding }: { embedding: Embedding }): EmbedSource | false =>
  embedding === 'tfidf' ? false : embedding;

/** By what texts were compared, for the reader of an answer. */
export const COMPARED_BY: Readonly<Record<Embedding, string>> = {
  model: 'model embedding',
  sentence: 'sentence embedding',
  tfidf: 'tf-idf',
};

/** Cosines over a pool and the queries of a run, by either embedding. */
export interface Similarities {
  /** Of a query to each pool item. Shape: [pool]. */
  toQuery(queryId: string): Float64Array;
  /** Between two pool items. */
  between(i: number, j: number): number;
}

export async function similarities(
  { pool, targets, embed }: SelectorContext,
  embedding: Embedding,
): Promise<Similarities> {
  const texts = [...pool, ...targets].map(fullText);
  const source = sourceOf({ embedding });
  if (source !== false) {
    return fromVectors<Float32Array>(pool.length, targets, await embed(texts, source), cosine);
  }
  const index = new TfIdf(texts.slice(0, pool.length));
  const vectors = texts.map((text) => index.vector(text));
  return fromVectors<SparseVector>(pool.length, targets, vectors, sparseCosine);
}

function fromVectors<V>(
  poolSize: number,
  targets: SelectorContext['targets'],
  vectors: readonly V[],
  compare: (a: V, b: V) => number,
): Similarities {
  const pool = vectors.slice(0, poolSize);
  const byId = new Map(targets.map((target, i) => [target.id, vectors[poolSize + i] as V]));
  return {
    toQuery(queryId) {
      const query = byId.get(queryId);
      if (query === undefined) throw new Error(`${queryId} is not a query of this run`);
      return Float64Array.from(pool, (item) => compare(query, item));
    },
    between: (i, j) => compare(pool[i] as V, pool[j] as V),
  };
}
