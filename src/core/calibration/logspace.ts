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

/** Log of the mean of exp(row[c]) over the rows, for each column: a mean of probabilities that cannot underflow. */
export function logMean(logprobs: readonly (readonly number[])[]): number[] {
  const columns = logprobs[0]?.length ?? 0;
  return Array.from(
    { length: columns },
    (_, c) => logSumExp(logprobs.map((row) => row[c] as number)) - Math.log(logprobs.length),
  );
}

/** Shifts logs so that their exponentials sum to one. */
export function logNormalised(values: readonly number[]): number[] {
  const total = logSumExp(values);
  return values.map((x) => (total === -Infinity ? -Math.log(values.length) : x - total));
}

/** A label that the prior rules out altogether is taken as this much rarer than the likeliest one. */
const LOWEST = Math.log(1e-8);

/** What dividing by a prior adds to each log-probability: finite whatever the prior is. */
export function divideBy(logPrior: readonly number[], strength = 1): number[] {
  const highest = logPrior.reduce((a, b) => Math.max(a, b), -Infinity);
  return logPrior.map((p) => (highest === -Infinity ? 0 : -strength * Math.max(p, highest + LOWEST)));
}

export const exponentials = (values: readonly number[]): number[] => values.map((x) => Math.exp(x));
