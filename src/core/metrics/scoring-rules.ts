/** A label distribution that sums to one, and the index of the right label. */
export interface Judged {
  readonly distribution: readonly number[];
  readonly gold: number;
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;

/** Multiclass Brier score, summed over the labels: 0 is certain and right, 2 certain and wrong (METHODS 7). */
export const brier = (items: readonly Judged[]): number => mean(items.map(brierLoss));

export const brierLoss = ({ distribution, gold }: Judged): number =>
  distribution.reduce((sum, p, j) => sum + (p - (j === gold ? 1 : 0)) ** 2, 0);

/** A label that calibration made impossible would cost infinity; it costs as much as this probability. */
export const LEAST = 1e-12;

/** Mean negative natural log of the right label's probability, in nats. */
export const negativeLogLikelihood = (items: readonly Judged[]): number => mean(items.map(logLoss));

export const logLoss = ({ distribution, gold }: Judged): number => -Math.log(Math.max(distribution[gold] ?? 0, LEAST));
