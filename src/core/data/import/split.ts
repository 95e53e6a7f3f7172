import { shuffled, stream } from '../../random/stream.ts';

/** Indices of rows, in the order of the rows. */
export interface Split {
  readonly pool: number[];
  readonly eval: number[];
}

/**
 * Parts rows into pool and evaluation set at random, so that each label has about the same share in both: of each label
 * the share is taken, rounded so that the whole is as large as asked for; a label of several rows stays in the pool.
 */
export function stratifiedSplit(labels: readonly string[], evalRows: number, seed: number): Split {
  const groups = new Map<string, number[]>();
  labels.forEach((label, i) => {
    const own = groups.get(label);
    if (own === undefined) groups.set(label, [i]);
    else own.push(i);
  });
  const share = Math.min(1, evalRows / Math.max(1, labels.length));
  const parts = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, rows]) => {
      const exact = rows.length * share;
      return { label, rows, take: Math.min(Math.floor(exact), rows.length - 1), rest: exact - Math.floor(exact) };
    });
  let missing = Math.min(evalRows, labels.length) - parts.reduce((sum, { take }) => sum + take, 0);
  const byRest = [...parts].sort((a, b) => b.rest - a.rest);
  for (let before = Number.POSITIVE_INFINITY; missing > 0 && missing < before; ) {
    before = missing;
    for (const part of byRest) {
      if (missing === 0 || part.take >= part.rows.length - 1) continue;
      part.take++;
      missing--;
    }
  }
  const chosen = new Set(
    parts.flatMap(({ label, rows, take }) => shuffled(rows, stream('split', seed, label)).slice(0, take)),
  );
  const all = labels.map((_, i) => i);
  return { pool: all.filter((i) => !chosen.has(i)), eval: all.filter((i) => chosen.has(i)) };
}
