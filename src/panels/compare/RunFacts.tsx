import { runsOn } from '../../core/model/runs-on.ts';
import { Alert, Disclosure } from '../../ui/feedback.tsx';
import { count, percent, seconds } from '../../ui/format.ts';
import type { Results } from '../host.ts';

/** What the numbers rest on: model, work done, and what the run had to say. */
export function RunFacts({ results }: { results: Results }) {
  const { model, usage, record, notices, dataset } = results;
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
        {record !== null && ` · ${seconds(record.wallSeconds)}`}
        {record !== null && record.reusedCells > 0 && ` · ${count(record.reusedCells)} answers kept from before`}
      </p>
      {record !== null && (
        <Disclosure summary="How these numbers were made">
          <dl className="facts-list small">
            <dt>Interval</dt>
            <dd>
              95 %: Wilson over queries for accuracy, where a query with several trials counts once; bootstrap for all
              others. Tests are exact two-sided McNemar on the same queries, each arm against the first, corrected for
              their number after Holm; a primary comparison, named in the set-up, stands alone.
            </dd>
            <dt>Data</dt>
            <dd>
              {dataset.title}: {record.data.queries} queries, {record.data.poolSize} pool items, digest{' '}
              <code>{record.data.digest.slice(0, 16)}</code>
            </dd>
            <dt>Knowledge</dt>
            <dd>
              digest <code>{record.knowledgeDigest.slice(0, 16)}</code>
            </dd>
            <dt>Model</dt>
            <dd>
              {(record.models ?? [{ model, arms: [] }]).map(({ model: own, arms }) => (
                <span key={`${own.engine}/${own.id}`} className="facts-check">
                  {own.engine}/{own.id}, revision {own.revision}
                  {arms.length > 0 && `, for ${arms.join(', ')}`}
                </span>
              ))}
              {record.selfTest.map((check) => (
                <span key={check.name} className="facts-check">
                  {check.passed ? '✓' : '✗'} {check.name}: largest difference {check.maxDifference.toExponential(1)},
                  allowed {check.tolerance.toExponential(0)}
                </span>
              ))}
            </dd>
            <dt>Begun</dt>
            <dd>{record.startedAt}</dd>
          </dl>
        </Disclosure>
      )}
    </div>
  );
}
