import type { PairedTest } from '../../core/run/summary.ts';
import { points, pValue } from '../../ui/format.ts';
import { verdict } from './verdict.ts';

/** The exact McNemar test against the first arm: figures, and what they mean. */
export function Paired({ test, preliminary }: { test: PairedTest; preliminary: boolean }) {
  return (
    <>
      <span className="paired-figures">
        <strong>{points(test.difference)}</strong> points
        <span className="muted"> · mid-p {pValue(test.midP)}</span>
      </span>
      <span className="sub">{verdict(test, preliminary)}</span>
    </>
  );
}
