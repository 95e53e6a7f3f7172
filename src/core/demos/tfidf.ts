import { words } from '../words.ts';

export type SparseVector = ReadonlyMap<string, number>;

/** Unit-length tf-idf vectors over a pool: tf * ln((1 + N) / (1 + df)), words outside the pool left out. */
export class TfIdf {
  readonly #idf = new Map<string, number>();

  constructor(pool: readonly string[]) {
    const df = new Map<string, number>();
    for (const text of pool) for (const word of new Set(words(text))) df.set(word, (df.get(word) ?? 0) + 1);
    for (const [word, n] of df) this.#idf.set(word, Math.log((1 + pool.length) / (1 + n)));
  }

  vector(text: string): SparseVector {
    const weights = new Map<string, number>();
    for (const word of words(text)) {
      const idf = this.#idf.get(word);
      if (idf !== undefined) weights.set(word, (weights.get(word) ?? 0) + idf);
    }
    let norm = 0;
    for (const w of weights.values()) norm += w * w;
    if (norm > 0) for (const [word, w] of weights) weights.set(word, w / Math.sqrt(norm));
    return weights;
  }
}

/** Inner product of two sparse vectors: their cosine, as they have unit length. */
export function sparseCosine(a: SparseVector, b: SparseVector): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let dot = 0;
  for (const [word, weight] of small) dot += weight * (large.get(word) ?? 0);
  return dot;
}
