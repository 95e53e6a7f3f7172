import { Z95 } from './wilson.ts';

/** One-sided 80 % normal quantile. */
const Z80 = 0.8416212335729143;

/**
 * The smallest difference of two accuracies that a McNemar test at the 5 % level finds in four of five runs, if the share
 * of queries that only one of two arms gets right stays as it is (Miettinen 1968; Connor 1987):
 * n d^2 = (z_.975 sqrt(r) + z_.8 sqrt(r - d^2))^2. The exact test, being cautious, needs a little more.
 * @param n queries that both arms answered.
 * @param discordant share of them that exactly one arm gets right, in [0, 1].
 * @returns `null` where even all of the discordant queries on one side would not be enough.
 */
export function detectableGap(n: number, discordant: number): number | null {
  const found = (gap: number): boolean =>
    n * gap ** 2 >= (Z95 * Math.sqrt(discordant) + Z80 * Math.sqrt(Math.max(0, discordant - gap ** 2))) ** 2;
  if (discordant <= 0 || n <= 0 || !found(discordant)) return null;
  let [low, high] = [0, discordant];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (found(middle)) high = middle;
    else low = middle;
  }
  return high;
}
