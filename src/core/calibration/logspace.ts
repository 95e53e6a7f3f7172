/** log(sum(exp(x))) without overflow; -Infinity for no terms. */
export function logSumExp(values: readonly number[]): number {
  const max = values.reduce((a, b) => Math.max(a, b), -Infinity);
  if (max === -Infinity) return -Infinity;
  return max + Math.log(values.reduce((sum, x) => sum + Math.exp(x - max), 0));
}

/** exp of each, divided by their sum. All -Infinity gives zeros. */
export function softmax(values: readonly number[]): number[] {
  const total = logSumExp(values);
  return values.map((x) => (total === -Infinity ? 0 : Math.exp(x - total)));
}

/** Mean of exp(row[c]) over the rows, for each column. */
export function meanProbabilities(logprobs: readonly (readonly number[])[]): number[] {
  const columns = logprobs[0]?.length ?? 0;
  return Array.from({ length: columns }, (_, c) =>
    Math.exp(logSumExp(logprobs.map((row) => row[c] as number)) - Math.log(logprobs.length)),
  );
}

export function normalised(values: readonly number[]): number[] {
  const total = values.reduce((a, b) => a + b, 0);
  return values.map((x) => (total === 0 ? 1 / values.length : x / total));
}
