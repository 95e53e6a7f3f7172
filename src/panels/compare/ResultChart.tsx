import { asksOptions } from '../../core/data/example.ts';
import type { Arm } from '../../core/run/spec.ts';
import type { ArmSummary } from '../../core/run/summary.ts';
import { Alert, Badge } from '../../ui/feedback.tsx';
import { fixed, percent, plural } from '../../ui/format.ts';
import { IntervalAxis, IntervalPlot, LineKey, type Reference } from '../../ui/IntervalPlot.tsx';
import { isBusy, type Results, useResults, useSpec, useStatus } from '../host.ts';
import { armLine, hasClasses, learnedLine } from './describe.ts';
import { EditedNote } from './EditedNote.tsx';
import { Paired } from './Paired.tsx';
import { RunFacts } from './RunFacts.tsx';
import { Statistics } from './Statistics.tsx';
import { floors } from './verdict.ts';

/** Accuracy of every arm with its interval, live while the run goes on: a table with a chart in its rows. */
export function ResultChart() {
  const results = useResults();
  const spec = useSpec();
  const status = useStatus();
  const arms = results?.experiment.spec.arms ?? spec.arms;
  const answered = results === null ? 0 : Math.max(0, ...results.summary.map((s) => s.n));
  const perArm = results === null ? 0 : results.total / Math.max(1, arms.length);
  const preliminary = results !== null && results.record === null;
  return (
    <section className="results card" aria-labelledby="results-title" data-testid="results">
      <div className="section-head">
        <h2 id="results-title">Accuracy</h2>
        {preliminary && (
          <Badge tone="warn">
            preliminary: {answered} of {plural(perArm, 'answer')} an arm
          </Badge>
        )}
        {results?.record != null && <Badge tone="good">complete: {plural(answered, 'answer')} an arm</Badge>}
        <EditedNote />
      </div>
      {status.kind === 'failed' && <Alert tone="error">{status.message}</Alert>}
      {results?.check != null && (
        <Alert tone={results.check.same ? 'good' : 'warn'}>
          <span data-testid="link-check">{results.check.text}</span>
        </Alert>
      )}
      <AccuracyTable arms={arms} results={results} waiting={isBusy(status)} preliminary={preliminary} />
      <Legend results={results} />
      {results?.record != null && <Statistics results={results} />}
      {results !== null && <RunFacts results={results} />}
    </section>
  );
}

function AccuracyTable({
  arms,
  results,
  waiting,
  preliminary,
}: {
  arms: readonly Arm[];
  results: Results | null;
  waiting: boolean;
  preliminary: boolean;
}) {
  const summaries = new Map(results?.summary.map((s) => [s.armId, s]));
  const first = summaries.get(arms[0]?.id ?? '');
  const lines = results === null ? null : floors(results.dataset, results.cells);
  const references: Reference[] = [];
  if (lines !== null) {
    references.push({ kind: 'chance', value: lines.chance });
    if (lines.majority > lines.chance) references.push({ kind: 'majority', value: lines.majority });
  }
  if (first !== undefined && first.n > 0) references.push({ kind: 'baseline', value: first.accuracy });
  return (
    // Roles are named because narrow screens lay the rows out as blocks, which would take them away.
    // biome-ignore lint/a11y/noRedundantRoles: see above.
    <table className="accuracy" role="table" aria-labelledby="results-title">
      {/* biome-ignore lint/a11y/noRedundantRoles: see above. */}
      <thead role="rowgroup">
        {/* biome-ignore lint/a11y/noRedundantRoles: see above. */}
        <tr role="row">
          <th scope="col">Arm</th>
          <th scope="col" className="accuracy-plot">
            <span className="visually-hidden">Picture</span>
            <IntervalAxis />
          </th>
          <th scope="col" className="right">
            Accuracy
          </th>
          <th scope="col">Against the first arm</th>
          <th scope="col" className="right">
            <abbr title="Mean F1 over the labels">Macro-F1</abbr>
          </th>
          <th scope="col" className="right">
            <abbr title="Expected calibration error: how far confidence is from accuracy. 0 is best.">ECE</abbr>
          </th>
          <th scope="col" className="right">
            <abbr title="Answers without a prediction; they count as wrong">Unscored</abbr>
          </th>
        </tr>
      </thead>
      {/* biome-ignore lint/a11y/noRedundantRoles: see above. */}
      <tbody role="rowgroup">
        {arms.map((arm, i) => (
          <ArmRow
            key={arm.id}
            arm={arm}
            first={i === 0}
            summary={summaries.get(arm.id)}
            references={references}
            waiting={waiting}
            preliminary={preliminary}
            classes={results === null || hasClasses(results)}
          />
        ))}
      </tbody>
    </table>
  );
}

function ArmRow({
  arm,
  first,
  summary,
  references,
  waiting,
  preliminary,
  classes,
}: {
  arm: Arm;
  first: boolean;
  summary: ArmSummary | undefined;
  references: readonly Reference[];
  waiting: boolean;
  preliminary: boolean;
  /** Labels that answers can be counted by. */
  classes: boolean;
}) {
  const known = summary !== undefined && summary.n > 0 ? summary : null;
  const none = <span className="muted">{waiting ? '…' : '–'}</span>;
  return (
    // biome-ignore lint/a11y/noRedundantRoles: see AccuracyTable.
    <tr role="row" data-testid={`accuracy-${arm.id}`}>
      <th scope="row">
        <span className="arm-name">
          {arm.name} {first && <Badge tone="accent">baseline</Badge>}
          {known?.mcnemar?.primary && <Badge tone="accent">primary</Badge>}
        </span>
        <span className="arm-line muted">{armLine(arm)}</span>
      </th>
      {/* biome-ignore lint/a11y/noRedundantRoles: see AccuracyTable. */}
      <td role="cell" className="accuracy-plot">
        <IntervalPlot
          value={known?.accuracy ?? null}
          low={known?.interval.low ?? 0}
          high={known?.interval.high ?? 1}
          references={references}
          strong={first}
        />
      </td>
      {/* biome-ignore lint/a11y/noRedundantRoles: see AccuracyTable. */}
      <td role="cell" className="right accuracy-value">
        {known === null ? (
          none
        ) : (
          <>
            <span className="muted">
              {known.correct}/{known.n}
            </span>{' '}
            <strong data-testid="accuracy">{percent(known.accuracy)}</strong>
            <span className="sub muted">
              {percent(known.interval.low).replace(' %', '')} to {percent(known.interval.high)}
            </span>
          </>
        )}
      </td>
      {/* biome-ignore lint/a11y/noRedundantRoles: see AccuracyTable. */}
      <td role="cell" className="accuracy-paired">
        {first ? (
          <span className="muted">the others are compared with this one</span>
        ) : known?.mcnemar == null ? (
          none
        ) : (
          <Paired test={known.mcnemar} preliminary={preliminary} />
        )}
        {known?.learned !== undefined && (
          <span className="sub muted" data-testid="learned">
            {learnedLine(known.learned)}
          </span>
        )}
      </td>
      {/* biome-ignore lint/a11y/noRedundantRoles: see AccuracyTable. */}
      <td role="cell" className="right" data-name="Macro-F1">
        {known === null ? none : classes ? fixed(known.macroF1, 3) : '–'}
      </td>
      {/* biome-ignore lint/a11y/noRedundantRoles: see AccuracyTable. */}
      <td role="cell" className="right" data-name="ECE">
        {known === null ? none : fixed(known.ece, 3)}
      </td>
      {/* biome-ignore lint/a11y/noRedundantRoles: see AccuracyTable. */}
      <td role="cell" className="right" data-name="Unscored">
        {known === null ? none : known.unscored}
      </td>
    </tr>
  );
}

function Legend({ results }: { results: Results | null }) {
  const lines = results === null ? null : floors(results.dataset, results.cells);
  return (
    <ul className="legend">
      <li>
        <LineKey kind="interval" />
        accuracy with its 95 % interval
      </li>
      <li>
        <LineKey kind="baseline" />
        first arm
      </li>
      <li>
        <LineKey kind="chance" />
        guessing{lines === null ? '' : ` ${percent(lines.chance)}`}
      </li>
      {(results === null || !asksOptions(results.dataset)) && (
        <li>
          <LineKey kind="majority" />
          always the commonest label{lines === null ? '' : ` ${percent(lines.majority)}`}
        </li>
      )}
    </ul>
  );
}
