/** A label distribution that sums to one, and the index of the right label. */
export interface Judged {
  readonly distribution: readonly number[];
  readonly gold: number;
}

/** One item of the multiclass Brier score, summed over the labels: 0 certain and right, 2 certain and wrong (METHODS 7). */
export const brierLoss = ({ distribution, gold }: Judged): number =>
  distribution.reduce((sum, p, j) => sum + (p - (j === gold ? 1 : 0)) ** 2, 0);

/** A label that calibration made impossible would cost infinity; it costs as much as this probability. */
export const LEAST = 1e-12;

/** Negative natural log of the right label's probability. */
export const logLoss = ({ distribution, gold }: Judged): number => -Math.log(Math.max(distribution[gold] ?? 0, LEAST));
