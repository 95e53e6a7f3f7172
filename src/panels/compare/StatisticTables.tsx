import { RESAMPLES } from '../../core/metrics/bootstrap.ts';
import type { ArmSummary, Interval, PairedTest } from '../../core/run/summary.ts';
import { fixed, percent, points, pValue } from '../../ui/format.ts';
import { ScrollBox } from '../../ui/ScrollBox.tsx';
import type { Results } from '../host.ts';
import { hasClasses } from './describe.ts';

/** All figures of a finished run with their intervals, and every test. */
export function StatisticTables({ results }: { results: Results }) {
  const { summary, experiment } = results;
  const names = new Map(experiment.spec.arms.map((arm) => [arm.id, arm.name]));
  const nameOf = ({ armId }: ArmSummary) => names.get(armId) ?? armId;
  const absent = summary[0]?.absentLabels ?? [];
  return (
    <div className="statistics-tables">
      <FigureTable summaries={summary} nameOf={nameOf} classes={hasClasses(results)} />
      {summary.length > 1 && <TestTable summaries={summary.slice(1)} nameOf={nameOf} />}
      <p className="field-help">
        Intervals: 95 %, percentile bootstrap of {RESAMPLES} resamples of{' '}
        {experiment.spec.trials > 1 ? 'queries and of trials' : 'queries'}, the same for all arms. ECE is biased upward
        for few answers; compare it with its interval. Brier and log loss: lower is better. All are of scored answers,
        after calibration.
        {hasClasses(results) &&
          absent.length > 0 &&
          ` Macro-F1 leaves out labels that no query has: ${absent.join(', ')}.`}
      </p>
    </div>
  );
}

interface TableProps {
  readonly summaries: readonly ArmSummary[];
  readonly nameOf: (summary: ArmSummary) => string;
}

const FIGURES = [
  { id: 'macroF1', name: 'Macro-F1', title: 'Mean F1 over the labels' },
  { id: 'ece', name: 'ECE', title: 'Expected calibration error over 10 bins of equal width' },
  { id: 'eceMass', name: 'ECE, equal mass', title: 'Expected calibration error over 10 bins of equal count' },
  { id: 'brier', name: 'Brier', title: 'Squared distance of the distribution from the right label: 0 to 2' },
  { id: 'nll', name: 'Log loss', title: 'Mean negative log-probability of the right label, in nats' },
] as const;

function FigureTable({ summaries, nameOf, classes }: TableProps & { readonly classes: boolean }) {
  const figures = FIGURES.filter(({ id }) => classes || id !== 'macroF1');
  return (
    <ScrollBox name="Figures of each arm">
      <table className="plain-table">
        <caption>Figures of each arm</caption>
        <thead>
          <tr>
            <th scope="col">Arm</th>
            {figures.map(({ id, name, title }) => (
              <th key={id} scope="col" className="right">
                <abbr title={title}>{name}</abbr>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {summaries.map((summary) => (
            <tr key={summary.armId}>
              <th scope="row">{nameOf(summary)}</th>
              {figures.map(({ id }) => (
                <td key={id} className="right">
                  {fixed(summary[id], 3)}
                  <Between interval={summary.intervals?.[id] ?? null} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

const Between = ({ interval }: { interval: Interval | null }) =>
  interval === null ? null : (
    <span className="sub muted">
      {fixed(interval.low, 3)} to {fixed(interval.high, 3)}
    </span>
  );

function TestTable({ summaries, nameOf }: TableProps) {
  return (
    <ScrollBox name="Tests against the first arm">
      <table className="plain-table">
        <caption>Against the first arm, on the same queries</caption>
        <thead>
          <tr>
            <th scope="col">Arm</th>
            {['Points', 'Gained', 'Lost'].map((name) => (
              <th key={name} scope="col" className="right">
                {name}
              </th>
            ))}
            <th scope="col" className="right">
              <abbr title="McNemar, exact, two-sided">exact p</abbr>
            </th>
            <th scope="col" className="right">
              <abbr title="McNemar, mid-p: the exact test is cautious, this one less so">mid-p</abbr>
            </th>
            <th scope="col" className="right">
              <abbr title="The exact p, corrected for the number of comparisons">Holm p</abbr>
            </th>
            <th scope="col" className="right">
              <abbr title="Cohen's kappa of the answers: 1 alike, 0 as alike as chance">Kappa</abbr>
            </th>
            <th scope="col" className="right">
              <abbr title="Share of the answers that differ, right or wrong">Flips</abbr>
            </th>
          </tr>
        </thead>
        <tbody>
          {summaries.map((summary) =>
            summary.mcnemar === null ? null : (
              <TestRow key={summary.armId} name={nameOf(summary)} test={summary.mcnemar} />
            ),
          )}
        </tbody>
      </table>
    </ScrollBox>
  );
}

function TestRow({ name, test }: { name: string; test: PairedTest }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td className="right">
        {points(test.difference)}
        {test.interval !== null && (
          <span className="sub muted">
            {points(test.interval.low)} to {points(test.interval.high)}
          </span>
        )}
      </td>
      <td className="right">{test.gained}</td>
      <td className="right">{test.lost}</td>
      <td className="right">{pValue(test.p)}</td>
      <td className="right">{pValue(test.midP)}</td>
      <td className="right">
        {test.primary ? <abbr title="The primary comparison is not corrected">primary</abbr> : pValue(test.adjustedP)}
      </td>
      <td className="right">{test.kappa === null ? '–' : fixed(test.kappa, 2)}</td>
      <td className="right">{percent(test.flipRate, 0)}</td>
    </tr>
  );
}
