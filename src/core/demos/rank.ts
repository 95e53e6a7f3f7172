/** Indices of the `count` largest scores, the largest first, ties by lower index. Shape of `scores`: [n]. */
export function topIndices(scores: ArrayLike<number>, count: number): number[] {
  const indices = Array.from({ length: scores.length }, (_, i) => i);
  indices.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  return indices.slice(0, count);
}

/** Cosine of two vectors of one length; 0 where one is all zeros. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] as number;
    const y = b[i] as number;
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa === 0 || bb === 0 ? 0 : dot / Math.sqrt(aa * bb);
}
