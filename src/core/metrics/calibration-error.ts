export interface Confidence {
  /** Probability of the predicted label, in [0, 1]. */
  readonly confidence: number;
  readonly correct: boolean;
}

export interface Bin {
  readonly n: number;
  readonly accuracy: number;
  readonly confidence: number;
}

/** Slack for values that sit on an edge of a bin but for rounding. */
const EDGE = 1e-9;

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

const toBin = (items: readonly Confidence[]): Bin => ({
  n: items.length,
  accuracy: items.length === 0 ? 0 : mean(items.map((i) => (i.correct ? 1 : 0))),
  confidence: items.length === 0 ? 0 : mean(items.map((i) => i.confidence)),
});

/** Bins of equal width, right-closed: (lo, hi], the first one closed on both sides. */
export function equalWidthBins(items: readonly Confidence[], bins: number): Bin[] {
  const groups = Array.from({ length: bins }, () => [] as Confidence[]);
  for (const item of items) {
    const at = Math.min(bins - 1, Math.max(0, Math.ceil(item.confidence * bins - EDGE) - 1));
    groups[at]?.push(item);
  }
  return groups.map(toBin);
}

/** Bins of equal count by rising confidence; the first ones take what is left over. */
export function equalMassBins(items: readonly Confidence[], bins: number): Bin[] {
  const sorted = [...items].sort((a, b) => a.confidence - b.confidence);
  const size = Math.floor(sorted.length / bins);
  const larger = sorted.length % bins;
  let start = 0;
  return Array.from({ length: bins }, (_, b) => {
    const end = start + size + (b < larger ? 1 : 0);
    const group = sorted.slice(start, end);
    start = end;
    return toBin(group);
  });
}

/** Expected calibration error: sum over bins of n_b / n * |accuracy - confidence| (METHODS 7). Biased upward for few items. */
export function expectedCalibrationError(bins: readonly Bin[]): number {
  const n = bins.reduce((sum, bin) => sum + bin.n, 0);
  return n === 0 ? 0 : bins.reduce((sum, bin) => sum + (bin.n / n) * Math.abs(bin.accuracy - bin.confidence), 0);
}
