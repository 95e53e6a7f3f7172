import { lazy } from 'react';
import { LateDisclosure } from '../../ui/LateDisclosure.tsx';
import type { Results } from '../host.ts';
import { powerLine } from './verdict.ts';

const StatisticTables = lazy(async () => ({ default: (await import('./StatisticTables.tsx')).StatisticTables }));

/** What a run of this size can show; and, opened, all figures of a finished run with their intervals, and every test. */
export function Statistics({ results }: { results: Results }) {
  const power = powerLine(results.summary.map((s) => s.mcnemar));
  return (
    <div className="statistics">
      {power !== null && (
        <p className="small muted" data-testid="power-line">
          {power}
        </p>
      )}
      <LateDisclosure summary="All statistics">
        <StatisticTables results={results} />
      </LateDisclosure>
    </div>
  );
}
