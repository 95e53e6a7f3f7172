import { useMemo } from 'react';
import type { Example } from '../../core/data/example.ts';
import type { CellRecord } from '../../core/run/record.ts';
import { runExperiment } from '../../core/run/run.ts';
import type { Arm } from '../../core/run/spec.ts';
import type { ArmSummary } from '../../core/run/summary.ts';
import { Button } from '../../ui/Button.tsx';
import { fixed, percent, points } from '../../ui/format.ts';
import { ScrollBox } from '../../ui/ScrollBox.tsx';
import { hasClasses } from '../compare/describe.ts';
import { verdict } from '../compare/verdict.ts';
import { isBusy, type Results, useStatus } from '../host.ts';
import { JobLine } from '../JobLine.tsx';
import { soFar, useJob } from '../job.ts';
import { beforeAfter, sameArm } from './before-after.ts';
import { Flips } from './Flips.tsx';
import { bareSpec, calibratorInfo, problemWith } from './inspect.ts';
import { Reliability } from './Reliability.tsx';

/** The method over all queries: accuracy and calibration error before and after, and which answers it turned. */
export function Overall({
  results,
  arm,
  queries,
  onQuery,
}: {
  results: Results;
  /** With the chosen calibration. */
  arm: Arm;
  queries: readonly Example[];
  onQuery: (at: number) => void;
}) {
  const { experiment, dataset } = results;
  const { spec } = experiment;
  const busy = isBusy(useStatus());
  const job = useJob<{ readonly calibrate: Arm['calibrate']; readonly cells: readonly CellRecord[] }>();
  const shown = sameArm(spec.arms, arm);
  const made = soFar(job.state);
  const cells = useMemo(() => {
    if (shown !== undefined) return results.cells.filter((cell) => cell.armId === shown.id);
    return made !== null && JSON.stringify(made.calibrate) === JSON.stringify(arm.calibrate) ? made.cells : [];
  }, [shown, made, arm.calibrate, results.cells]);
  const total = queries.length * spec.trials;
  const complete = cells.length === total;
  const found = useMemo(
    () => (cells.length === 0 ? null : beforeAfter(cells, dataset.labels, complete ? spec.seed : undefined)),
    [cells, dataset.labels, spec.seed, complete],
  );
  const { title } = calibratorInfo(arm.calibrate.type);
  const problem = problemWith(arm, spec, dataset);
  const answerAll = () => {
    const { calibrate } = arm;
    job.start(experiment, async ({ materials, signal, report, share }) => {
      const done: CellRecord[] = [];
      const record = await runExperiment({
        ...materials,
        spec: { ...bareSpec(spec, arm), arms: [arm] },
        signal,
        onEvent: (event) => {
          if (event.type !== 'cells') return;
          done.push(...event.cells);
          share({ calibrate, cells: [...done] });
          report(`Answering with ${title}`, event.done, event.total);
        },
      });
      return { calibrate, cells: record.cells };
    });
  };
  return (
    <section className="panel-card card" aria-labelledby="overall-title" data-testid="overall">
      <div className="section-head">
        <h2 id="overall-title">Over all queries</h2>
        <p className="muted small">
          {found === null
            ? `${title} was not part of this run.`
            : `${title}, ${cells.length} of ${total} answers, before and after.`}
        </p>
        {!complete && problem === null && arm.calibrate.type !== 'none' && (
          <Button
            icon="play"
            disabled={busy || job.state.kind === 'working'}
            onClick={answerAll}
            data-testid="answer-all"
          >
            Answer all {total} with it
          </Button>
        )}
      </div>
      <JobLine job={job} name="Answers" onRetry={answerAll} />
      {problem !== null && <p className="small">{problem}</p>}
      {arm.calibrate.type === 'none' && <p className="small">Nothing changes without calibration. Choose a method.</p>}
      {found !== null && arm.calibrate.type !== 'none' && (
        <>
          <Figures before={found.before} after={found.after} complete={complete} classes={hasClasses(results)} />
          <Flips turned={found.turned} queries={queries} onQuery={onQuery} />
          <Reliability answers={found.answers} />
        </>
      )}
    </section>
  );
}

const COLUMNS = [
  { id: 'macroF1', name: 'Macro-F1' },
  { id: 'ece', name: 'ECE' },
  { id: 'brier', name: 'Brier' },
  { id: 'nll', name: 'Log loss' },
] as const;

function Figures({
  before,
  after,
  complete,
  classes,
}: {
  before: ArmSummary | undefined;
  after: ArmSummary | undefined;
  complete: boolean;
  /** Labels that answers can be counted by. */
  classes: boolean;
}) {
  if (before === undefined || after === undefined) return null;
  const test = after.mcnemar;
  const columns = COLUMNS.filter(({ id }) => classes || id !== 'macroF1');
  return (
    <>
      <ScrollBox name="Figures before and after">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Answers</th>
              <th scope="col" className="right">
                Accuracy
              </th>
              {columns.map(({ id, name }) => (
                <th key={id} scope="col" className="right">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[
              { name: 'Before', summary: before },
              { name: 'After', summary: after },
            ].map(({ name, summary }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className="right">
                  {percent(summary.accuracy)}
                  <span className="sub muted">
                    {percent(summary.interval.low).replace(' %', '')} to {percent(summary.interval.high)}
                  </span>
                </td>
                {columns.map(({ id }) => {
                  const interval = summary.intervals?.[id] ?? null;
                  return (
                    <td key={id} className="right">
                      {fixed(summary[id], 3)}
                      {interval !== null && (
                        <span className="sub muted">
                          {fixed(interval.low, 3)} to {fixed(interval.high, 3)}
                        </span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
      {test !== null && (
        <p className="small">
          <strong>{points(test.difference)}</strong> points. {verdict(test, !complete)}
        </p>
      )}
    </>
  );
}
