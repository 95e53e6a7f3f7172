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

/** Sums of a bin while it is filled. */
interface Tally {
  n: number;
  right: number;
  confidence: number;
  low: number;
  high: number;
}

function add(tally: Tally, item: Confidence, times: number): void {
  tally.n += times;
  if (item.correct) tally.right += times;
  tally.confidence += times * item.confidence;
}

const toBin = ({ n, right, confidence, low, high }: Tally): Bin => ({
  n,
  accuracy: n === 0 ? 0 : right / n,
  confidence: n === 0 ? 0 : confidence / n,
  low,
  high,
});

/**
 * Bins of equal width, right-closed: (low, high], the first one closed on both sides.
 * @param counts how often each item counts; once each by default.
 */
export function equalWidthBins(items: readonly Confidence[], bins: number, counts?: ArrayLike<number>): Bin[] {
  const tallies = Array.from({ length: bins }, (_, b) => ({
    n: 0,
    right: 0,
    confidence: 0,
    low: b / bins,
    high: (b + 1) / bins,
  }));
  for (let i = 0; i < items.length; i++) {
    const item = items[i] as Confidence;
    const at = Math.min(bins - 1, Math.max(0, Math.ceil(item.confidence * bins - EDGE) - 1));
    add(tallies[at] as Tally, item, counts === undefined ? 1 : (counts[i] as number));
  }
  return tallies.map(toBin);
}

/** Bins of equal count by rising confidence; the first ones take what is left over. */
export const equalMassBins = (items: readonly Confidence[], bins: number): Bin[] =>
  massBins(
    [...items].sort((a, b) => a.confidence - b.confidence),
    bins,
  );

/** The same for items that are sorted by confidence; an item that counts several times can fall into several bins. */
export function massBins(sorted: readonly Confidence[], bins: number, counts?: ArrayLike<number>): Bin[] {
  let total = counts === undefined ? sorted.length : 0;
  if (counts !== undefined) for (let i = 0; i < sorted.length; i++) total += counts[i] as number;
  const size = Math.floor(total / bins);
  const larger = total % bins;
  let at = 0;
  let left = counts === undefined ? 1 : (counts[0] ?? 0);
  return Array.from({ length: bins }, (_, b) => {
    const tally: Tally = { n: 0, right: 0, confidence: 0, low: 0, high: 0 };
    let room = size + (b < larger ? 1 : 0);
    while (room > 0 && at < sorted.length) {
      const item = sorted[at] as Confidence;
      const taken = Math.min(room, left);
      if (taken > 0) {
        if (tally.n === 0) tally.low = item.confidence;
        tally.high = item.confidence;
        add(tally, item, taken);
      }
      room -= taken;
      left -= taken;
      if (left === 0) {
        at++;
        left = counts === undefined ? 1 : (counts[at] ?? 0);
      }
    }
    return toBin(tally);
  });
}

/** Expected calibration error: sum over bins of n_b / n * |accuracy - confidence| (METHODS 7). Biased upward for few items. */
export function expectedCalibrationError(bins: readonly Bin[]): number {
  const n = bins.reduce((sum, bin) => sum + bin.n, 0);
  return n === 0 ? 0 : bins.reduce((sum, bin) => sum + (bin.n / n) * Math.abs(bin.accuracy - bin.confidence), 0);
}
