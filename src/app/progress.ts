import type { Progress } from '../panels/host.ts';

interface Sample {
  readonly at: number;
  readonly done: number;
}

/** Rate over this many seconds back: cells from the journal arrive at once and would spoil a mean over all. */
const WINDOW = 8;

/** Follows a run and tells rate and time left. Times are seconds on any clock. */
export function progressMeter(startedAt: number) {
  let samples: Sample[] = [{ at: startedAt, done: 0 }];
  return (done: number, total: number, now: number): Progress => {
    samples.push({ at: now, done });
    const since = now - WINDOW;
    const firstInside = samples.findIndex((s) => s.at >= since);
    samples = samples.slice(Math.max(0, firstInside - 1));
    const oldest = samples[0] as Sample;
    const elapsed = now - oldest.at;
    const rate = elapsed < 0.2 || done === oldest.done ? null : (done - oldest.done) / elapsed;
    return { done, total, rate, secondsLeft: rate === null ? null : (total - done) / rate };
  };
}
