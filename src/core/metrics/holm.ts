/** Holm's step-down adjustment: p-values that hold for all comparisons together. In the order given. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => (pValues[a] as number) - (pValues[b] as number) || a - b);
  const adjusted = new Array<number>(pValues.length);
  let highest = 0;
  order.forEach((index, rank) => {
    highest = Math.max(highest, Math.min(1, (pValues.length - rank) * (pValues[index] as number)));
    adjusted[index] = highest;
  });
  return adjusted;
}
