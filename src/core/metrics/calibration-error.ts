export interface Confidence {
  /** Probability of the predicted label, in [0, 1]. */
  readonly confidence: number;
  readonly correct: boolean;
}

export interface Bin {
  readonly n: number;
  /** Share of right answers; 0 without items. */
  readonly accuracy: number;
  /** Mean confidence; 0 without items. */
  readonly confidence: number;
  /** The confidences that it holds: for equal width its edges, for equal mass those of its first and last item. */
  readonly low: number;
  readonly high: number;
}

/** Slack for values that sit on an edge of a bin but for rounding. */
const EDGE = 1e-9;

/** Items `[start, end)` as one bin. */
function toBin(items: readonly Confidence[], start: number, end: number, low: number, high: number): Bin {
  const n = end - start;
  let right = 0;
  let confidence = 0;
  for (let i = start; i < end; i++) {
    const item = items[i] as Confidence;
    if (item.correct) right++;
    confidence += item.confidence;
  }
  return { n, accuracy: n === 0 ? 0 : right / n, confidence: n === 0 ? 0 : confidence / n, low, high };
}

/** Bins of equal width, right-closed: (low, high], the first one closed on both sides. */
export function equalWidthBins(items: readonly Confidence[], bins: number): Bin[] {
  const groups = Array.from({ length: bins }, () => [] as Confidence[]);
  for (const item of items) {
    const at = Math.min(bins - 1, Math.max(0, Math.ceil(item.confidence * bins - EDGE) - 1));
    groups[at]?.push(item);
  }
  return groups.map((group, b) => toBin(group, 0, group.length, b / bins, (b + 1) / bins));
}

/** Bins of equal count by rising confidence; the first ones take what is left over. */
export function equalMassBins(items: readonly Confidence[], bins: number): Bin[] {
  const sorted = [...items].sort((a, b) => a.confidence - b.confidence);
  const size = Math.floor(sorted.length / bins);
  const larger = sorted.length % bins;
  let start = 0;
  return Array.from({ length: bins }, (_, b) => {
    const end = start + size + (b < larger ? 1 : 0);
    const low = sorted[start]?.confidence ?? 0;
    const bin = toBin(sorted, start, end, low, sorted[end - 1]?.confidence ?? low);
    start = end;
    return bin;
  });
}

/** Expected calibration error: sum over bins of n_b / n * |accuracy - confidence| (METHODS 7). Biased upward for few items. */
export function expectedCalibrationError(bins: readonly Bin[]): number {
  const n = bins.reduce((sum, bin) => sum + bin.n, 0);
  return n === 0 ? 0 : bins.reduce((sum, bin) => sum + (bin.n / n) * Math.abs(bin.accuracy - bin.confidence), 0);
}
