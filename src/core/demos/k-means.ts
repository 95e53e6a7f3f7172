import { fullText } from '../data/example.ts';
import type { SparseRow } from './cluster.ts';
import { defineSelector, type SelectorContext } from './selector.ts';
import { type Embedding, embeddingField, sourceOf } from './similarity.ts';
import { TfIdf } from './tfidf.ts';

/** Vectors of the pool at length one, so that the distance of two is a matter of their angle. */
async function poolRows({ pool, embed }: SelectorContext, embedding: Embedding) {
  const texts = pool.map(fullText);
  const source = sourceOf({ embedding });
  if (source !== false) {
    const vectors = await embed(texts, source);
    const dimension = vectors[0]?.length ?? 0;
    const index = Array.from({ length: dimension }, (_, i) => i);
    const rows = vectors.map((vector): SparseRow => {
      const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
      return { index, value: length === 0 ? vector : vector.map((x) => x / length) };
    });
    return { rows, dimension };
  }
  const words = new TfIdf(texts);
  const vectors = texts.map((text) => words.vector(text));
  const places = new Map<string, number>();
  for (const vector of vectors) for (const word of vector.keys()) places.set(word, places.get(word) ?? places.size);
  const rows = vectors.map(
    (vector): SparseRow => ({
      index: [...vector.keys()].map((word) => places.get(word) as number),
      value: [...vector.values()],
    }),
  );
  return { rows, dimension: places.size };
}

export const kmeans = defineSelector({
  type: 'k-means',
  title: 'k-means (representatives)',
  summary: 'The pool is put in as many clusters as shots; the item nearest to the centre of each serves all queries.',
  source: 'METHODS 3 (diversity)',
  evidence: 'ours',
  transductive: false,
  needsKnowledge: false,
  perQuery: () => false,
  needsEmbed: sourceOf,
  fields: { embedding: embeddingField },
  prepare: async (context, { embedding }) => {
    const { kMeans } = await import('./cluster.ts');
    const { pool, shots, random } = context;
    const { rows, dimension } = await poolRows(context, embedding);
    const clusters = kMeans(rows, dimension, shots, random('select/k-means'));
    const members = Array.from({ length: shots }, (_, c) =>
      pool.map((_item, i) => i).filter((i) => clusters.of[i] === c),
    );
    const nearest = (i: number, j: number) =>
      (clusters.distance[i] as number) - (clusters.distance[j] as number) || i - j;
    for (const list of members) list.sort(nearest);
    // Largest clusters first. Where equal items leave a cluster empty, the next ones of the largest fill up.
    members.sort((a, b) => b.length - a.length || (a[0] ?? 0) - (b[0] ?? 0));
    const picks: { i: number; size: number }[] = [];
    for (let rank = 0; picks.length < shots && members.some((list) => list.length > rank); rank++) {
      for (const list of members) {
        const i = list[rank];
        if (i !== undefined && picks.length < shots) picks.push({ i, size: list.length });
      }
    }
    const chosen = picks.map(({ i, size }) => ({
      example: pool[i] as (typeof pool)[number],
      why: {
        reason: 'nearest to the centre of its cluster',
        figures: { 'cluster size': size, distance: Math.sqrt(clusters.distance[i] as number) },
        shared: [],
      },
    }));
    return () => chosen;
  },
});
