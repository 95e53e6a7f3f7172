import type { PairedTest } from '../../core/run/summary.ts';
import { points } from '../../ui/format.ts';
import { verdict } from './verdict.ts';

/** The difference from the first arm with its interval, and what the exact McNemar test says of it. */
export function Paired({ test, preliminary }: { test: PairedTest; preliminary: boolean }) {
  return (
    <>
      <span className="paired-figures">
        <strong>{points(test.difference)}</strong> points
        {test.interval !== null && (
          <span className="muted">
            {' '}
            · {points(test.interval.low)} to {points(test.interval.high)}
          </span>
        )}
      </span>
      <span className="sub">{verdict(test, preliminary)}</span>
    </>
  );
}
