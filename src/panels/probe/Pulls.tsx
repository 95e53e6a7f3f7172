import { diagnostics } from '../../core/probe/diagnostics.ts';
import { percent } from '../../ui/format.ts';
import { ScrollBox } from '../../ui/ScrollBox.tsx';
import type { Results } from '../host.ts';
import { Download } from './Download.tsx';
import { type PullRow, pullsCsv } from './export.ts';

const ROWS = [
  { id: 'recency', name: 'the last example' },
  { id: 'majority', name: 'most examples' },
] as const;

/** Whether answers repeat the label of the last example, or the commonest one: from the answers that are there. */
export function Pulls({ results }: { results: Results }) {
  const { experiment, dataset, cells } = results;
  const labels = dataset.labels.map(({ id }) => id);
  const rows = experiment.spec.arms.map(
    (arm): PullRow => ({
      arm,
      ...diagnostics(
        cells.filter((cell) => cell.armId === arm.id),
        labels,
      ),
    }),
  );
  return (
    <section className="panel-card card" aria-labelledby="pulls-title" data-testid="pulls">
      <div className="section-head">
        <h2 id="pulls-title">Recency and majority</h2>
        <p className="muted small">How often an answer has the label of certain examples. No model is asked again.</p>
        <Download name={`pulls-${dataset.id}`} csv={() => pullsCsv(rows)} />
      </div>
      <ScrollBox name="Recency and majority">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Arm</th>
              <th scope="col">Answer is the label of</th>
              <th scope="col" className="right">
                <abbr title="How often that label is the right one">Would be right</abbr>
              </th>
              <th scope="col" className="right">
                Before calibration
              </th>
              <th scope="col" className="right">
                After
              </th>
              <th scope="col" className="right">
                Answers
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.flatMap(({ arm, ...found }) => {
              return ROWS.map(({ id, name }) => {
                const { n, right, before, after } = found[id];
                return (
                  <tr key={`${arm.id} ${id}`}>
                    <th scope="row">{arm.name}</th>
                    <td>{name}</td>
                    <td className="right">{n === 0 ? '–' : percent(right)}</td>
                    <td className="right">{n === 0 ? '–' : percent(before)}</td>
                    <td className="right">
                      {n === 0 ? '–' : arm.calibrate.type === 'none' ? 'not calibrated' : percent(after)}
                    </td>
                    <td className="right">{n}</td>
                  </tr>
                );
              });
            })}
          </tbody>
        </table>
      </ScrollBox>
      <p className="field-help">
        An arm that answers with the last example&apos;s label far more often than that would be right is pulled by
        recency. Prompts without a commonest label are left out of the second line. After METHODS 6; Zhao et al. 2021.
      </p>
    </section>
  );
}
