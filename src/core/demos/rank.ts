/** Indices of the `count` largest scores, the largest first, ties by lower index. Shape of `scores`: [n]. */
export function topIndices(scores: ArrayLike<number>, count: number): number[] {
  const best: number[] = [];
  if (count <= 0) return best;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] as number;
    if (best.length === count && score <= (scores[best[count - 1] as number] as number)) continue;
    let at = best.length;
    while (at > 0 && score > (scores[best[at - 1] as number] as number)) at--;
    best.splice(at, 0, i);
    if (best.length > count) best.pop();
  }
  return best;
}

/**
 * At most `count` of ranked items, the labels taking turns with their best that is left; the label of the best item of all
 * begins. Returned in the order of the turns.
 */
export function inTurn<T>(ranked: readonly T[], labelOf: (item: T) => string, count: number): T[] {
  const queues = new Map<string, T[]>();
  for (const item of ranked) {
    const label = labelOf(item);
    const queue = queues.get(label);
    if (queue === undefined) queues.set(label, [item]);
    else queue.push(item);
  }
  const taken: T[] = [];
  for (let round = 0; taken.length < Math.min(count, ranked.length); round++)
    for (const queue of queues.values()) taken.push(...queue.slice(round, round + 1));
  return taken.slice(0, count);
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
