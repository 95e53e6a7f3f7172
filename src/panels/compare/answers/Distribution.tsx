import type { Label } from '../../../core/data/example.ts';
import type { CellRecord } from '../../../core/run/record.ts';
import { Badge } from '../../../ui/feedback.tsx';
import { figure, logProb, percent } from '../../../ui/format.ts';
import { BarPair } from '../../../ui/IntervalPlot.tsx';
import { ScrollBox } from '../../../ui/ScrollBox.tsx';
import './answers.css';
import { predicted } from './rows.ts';

/** Probability of each label before and after calibration, with the log-probabilities and the prior. */
export function Distribution({ cell, labels }: { cell: CellRecord; labels: readonly Label[] }) {
  const calibrated = cell.prior !== null;
  const answer = predicted(cell);
  return (
    <section aria-label="Label distribution">
      <h3>Label distribution</h3>
      {cell.prediction.kind === 'unscored' && <p className="field-help">Unscored: {cell.prediction.reason}</p>}
      <ScrollBox name="Label distribution, table">
        <table className="distribution">
          <thead>
            <tr>
              <th scope="col">Label</th>
              <th scope="col" className="distribution-bars">
                <span className="visually-hidden">Picture</span>
              </th>
              {calibrated && (
                <th scope="col" className="right">
                  before
                </th>
              )}
              <th scope="col" className="right">
                {calibrated ? 'after' : 'share'}
              </th>
              <th scope="col" className="right">
                log-prob
              </th>
              {calibrated && (
                <th scope="col" className="right">
                  prior
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {labels.map((label, i) => {
              const before = cell.distribution[i] ?? 0;
              const after = cell.calibrated[i] ?? 0;
              return (
                <tr key={label.id}>
                  <th scope="row">
                    {label.id} {label.id === cell.gold && <Badge tone="good">right</Badge>}{' '}
                    {label.id === answer && <Badge tone="accent">answer</Badge>}
                  </th>
                  <td className="distribution-bars">
                    <BarPair before={calibrated ? before : null} after={after} strong={label.id === answer} />
                  </td>
                  {calibrated && <td className="right">{percent(before)}</td>}
                  <td className="right">{percent(after)}</td>
                  <td className="right" data-testid="logprob">
                    {logProb(cell.labelLogprobs[i] ?? Number.NEGATIVE_INFINITY)}
                  </td>
                  {calibrated && <td className="right">{figure(cell.prior?.[i] ?? 0)}</td>}
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollBox>
      <p className="field-help">
        {calibrated
          ? 'Thin bar: as the model gives it. Thick bar: after dividing by the prior. '
          : 'As the model gives it, without calibration. '}
        Log-probabilities are natural, over the whole vocabulary; shares are over the labels only.
      </p>
    </section>
  );
}
