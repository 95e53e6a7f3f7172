import type { CellRecord } from '../../core/run/record.ts';
import { count, percent, points } from '../../ui/format.ts';
import { ScrollBox } from '../../ui/ScrollBox.tsx';
import type { Results } from '../host.ts';
import { ruminationInfo, spentOn, totalOf } from './inspect.ts';

const meanTokens = (cells: readonly CellRecord[]): number =>
  cells.reduce((sum, cell) => sum + totalOf(spentOn(cell)), 0) / Math.max(1, cells.length);

/** The arms of the run that recall: what they gain against the first arm, beside the tokens that they spend. */
export function OverRun({ results }: { results: Results }) {
  const { spec } = results.experiment;
  if (spec.arms.every((arm) => arm.ruminate.type === 'none')) return null;
  const [first] = spec.arms;
  const base = meanTokens(results.cells.filter((cell) => cell.armId === first?.id));
  return (
    <section className="panel-card card" aria-labelledby="over-title">
      <div className="section-head">
        <h2 id="over-title">Over the run</h2>
        <p className="muted small">Gain against the first arm, beside the tokens that it took.</p>
      </div>
      <ScrollBox name="Gain and tokens">
        <table className="plain-table" data-testid="over-run">
          <thead>
            <tr>
              <th scope="col">Arm</th>
              <th scope="col">Recalled</th>
              <th scope="col" className="right">
                Accuracy
              </th>
              <th scope="col" className="right">
                Gain, points
              </th>
              <th scope="col" className="right">
                Tokens a query
              </th>
              <th scope="col" className="right">
                Against the first
              </th>
            </tr>
          </thead>
          <tbody>
            {spec.arms.map((arm) => {
              const summary = results.summary.find((s) => s.armId === arm.id);
              const cells = results.cells.filter((cell) => cell.armId === arm.id);
              if (summary === undefined || cells.length === 0) return null;
              const tokens = meanTokens(cells);
              return (
                <tr key={arm.id}>
                  <th scope="row">{arm.name}</th>
                  <td>{ruminationInfo(arm.ruminate.type).title}</td>
                  <td className="right num">{percent(summary.accuracy)}</td>
                  <td className="right num">{summary.mcnemar === null ? '' : points(summary.mcnemar.difference)}</td>
                  <td className="right num">{count(Math.round(tokens))}</td>
                  <td className="right num">{base === 0 ? '' : `${(tokens / base).toFixed(2)} x`}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollBox>
      <p className="field-help">
        Tokens: read to recall, written, and those of every prompt that is answered, counted as if nothing were shared.
        What is learned on the pool once is not in it.
      </p>
    </section>
  );
}
