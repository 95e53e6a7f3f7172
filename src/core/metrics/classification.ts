/** counts[gold][predicted]; a prediction of -1 (unscored) is counted nowhere. */
export function confusion(gold: readonly number[], predicted: readonly number[], labels: number): number[][] {
  const counts = Array.from({ length: labels }, () => new Array<number>(labels).fill(0));
  gold.forEach((g, i) => {
    const row = counts[g];
    const p = predicted[i] ?? -1;
    if (row !== undefined && p >= 0) row[p] = (row[p] ?? 0) + 1;
  });
  return counts;
}

/**
 * Mean F1 over the labels that are gold at least once; a label without true or predicted items has F1 = 0
 * (zero division = 0, METHODS 7). An unscored answer is a miss of its gold label.
 * @param counts how often each item counts; once each by default.
 */
export function macroF1(
  gold: readonly number[],
  predicted: readonly number[],
  labels: number,
  counts?: ArrayLike<number>,
): { value: number; absent: number[] } {
  const right = new Array<number>(labels).fill(0);
  const goldCount = new Array<number>(labels).fill(0);
  const predictedCount = new Array<number>(labels).fill(0);
  const add = (tally: number[], i: number, n: number) => {
    if (i >= 0) tally[i] = (tally[i] ?? 0) + n;
  };
  for (let i = 0; i < gold.length; i++) {
    const n = counts === undefined ? 1 : (counts[i] as number);
    const g = gold[i] as number;
    const p = predicted[i] ?? -1;
    add(goldCount, g, n);
    add(predictedCount, p, n);
    if (g === p) add(right, g, n);
  }
  const absent = goldCount.flatMap((n, i) => (n === 0 ? [i] : []));
  const f1 = goldCount.flatMap((n, i) =>
    n === 0 ? [] : [(2 * (right[i] as number)) / (n + (predictedCount[i] as number))],
  );
  return { value: f1.length === 0 ? 0 : f1.reduce((a, b) => a + b, 0) / f1.length, absent };
}
