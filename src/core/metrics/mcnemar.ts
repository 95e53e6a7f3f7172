/** log(n!) by summing logs; exact enough for counts of a run. Grows with use. */
const logFactorials = [0];
function logFactorial(n: number): number {
  for (let i = logFactorials.length; i <= n; i++) logFactorials.push((logFactorials[i - 1] as number) + Math.log(i));
  return logFactorials[n] as number;
}

/** Probability of i heads in n fair throws. */
const fairBinomial = (n: number, i: number): number =>
  Math.exp(logFactorial(n) - logFactorial(i) - logFactorial(n - i) - n * Math.LN2);

/**
 * Exact two-sided McNemar test on discordant counts b and c, and its mid-p form, which subtracts the probability of
 * the observed count (METHODS 7, golden vector 13.7). No discordant pair gives 1.
 */
export function mcnemar(b: number, c: number): { p: number; midP: number } {
  const n = b + c;
  if (n === 0) return { p: 1, midP: 1 };
  const smaller = Math.min(b, c);
  let tail = 0;
  for (let i = 0; i <= smaller; i++) tail += fairBinomial(n, i);
  const exact = 2 * tail;
  return { p: Math.min(1, exact), midP: Math.min(1, exact - fairBinomial(n, smaller)) };
}
