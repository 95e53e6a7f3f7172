import { lazy } from 'react';
import { runsOn } from '../../core/model/runs-on.ts';
import { Alert } from '../../ui/feedback.tsx';
import { count, percent, seconds } from '../../ui/format.ts';
import { LateDisclosure } from '../../ui/LateDisclosure.tsx';
import type { Results } from '../host.ts';

const RunDetails = lazy(async () => ({ default: (await import('./RunDetails.tsx')).RunDetails }));

/** What the numbers rest on: model, work done, and what the run had to say. */
export function RunFacts({ results }: { results: Results }) {
  const { model, usage, record, notices } = results;
  return (
    <div className="facts">
      {notices.length > 0 && (
        <div className="facts-notices">
          {notices.map((notice) => (
            <Alert key={notice.text} tone="warn">
              {notice.text}
            </Alert>
          ))}
        </div>
      )}
      <p className="facts-line muted small num">
        {model.id} {model.revision.slice(0, 12)} · {runsOn(model)}
        {usage.asked > 0 &&
          ` · ${count(usage.computed)} of ${count(usage.asked)} tokens computed, the rest shared (${percent(1 - usage.computed / usage.asked, 0)})`}
        {record?.embedder && ` · texts compared by ${record.embedder.id}`}
        {record !== null && ` · ${seconds(record.wallSeconds)}`}
        {record !== null && record.reusedCells > 0 && ` · ${count(record.reusedCells)} answers kept from before`}
      </p>
      {record !== null && (
        <LateDisclosure summary="How these numbers were made">
          <RunDetails results={results} record={record} />
        </LateDisclosure>
      )}
    </div>
  );
}
