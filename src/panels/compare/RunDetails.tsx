import { runsOn } from '../../core/model/runs-on.ts';
import type { RunRecord } from '../../core/run/record.ts';
import type { Results } from '../host.ts';

/** How the numbers of a finished run were made. */
export function RunDetails({ results, record }: { results: Results; record: RunRecord }) {
  const { dataset, model } = results;
  return (
    <dl className="facts-list small">
      <dt>Interval</dt>
      <dd>
        95 %: Wilson over queries for accuracy, where a query with several trials counts once; bootstrap for all others.
        Tests are exact two-sided McNemar on the same queries, each arm against the first, corrected for their number
        after Holm; a primary comparison, named in the set-up, stands alone.
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
            {check.passed ? '✓' : '✗'} {check.name}: largest difference {check.maxDifference.toExponential(1)}, allowed{' '}
            {check.tolerance.toExponential(0)}
          </span>
        ))}
      </dd>
      {record.embedder && (
        <>
          <dt>Sentence embedder</dt>
          <dd>
            {record.embedder.id}, revision {record.embedder.revision}, {runsOn(record.embedder)}
          </dd>
        </>
      )}
      <dt>Begun</dt>
      <dd>{record.startedAt}</dd>
    </dl>
  );
}
