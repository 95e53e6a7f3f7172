import type { Interval } from '../run/summary.ts';

/** Two-sided 95 % normal quantile. */
export const Z95 = 1.959963984540054;

/** Wilson score interval of k successes in n; [0, 1] for n = 0. */
export function wilson(k: number, n: number, z = Z95): Interval {
  if (n === 0) return { low: 0, high: 1 };
  const p = k / n;
  const shrink = 1 + (z * z) / n;
  const centre = (p + (z * z) / (2 * n)) / shrink;
  const half = (z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))) / shrink;
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
