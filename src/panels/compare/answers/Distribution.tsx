import type { Example, Label } from '../../../core/data/example.ts';
import type { CellRecord } from '../../../core/run/record.ts';
import { Badge } from '../../../ui/feedback.tsx';
import { figure, logProb, percent } from '../../../ui/format.ts';
import { BarPair } from '../../../ui/IntervalPlot.tsx';
import { ScrollBox } from '../../../ui/ScrollBox.tsx';
import './answers.css';
import { answerText, predicted } from './rows.ts';

/** Probability of each label before and after calibration, with the log-probabilities and the prior. */
export function Distribution({
  cell,
  labels,
  query = {},
}: {
  cell: CellRecord;
  labels: readonly Label[];
  /** Its options stand for the labels, where it has any. */
  query?: Pick<Example, 'options'>;
}) {
  const divided = cell.prior !== null;
  const scaled = cell.temperature !== undefined;
  const calibrated = divided || scaled || cell.calibrated.some((p, i) => p !== cell.distribution[i]);
  const asked = cell.labelLogprobs.length > 0;
  const title = query.options === undefined ? 'Label distribution' : 'Distribution over the options';
  const shown = labels.slice(0, query.options?.length);
  const answer = predicted(cell);
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {cell.prediction.kind === 'unscored' && <p className="field-help">Unscored: {cell.prediction.reason}</p>}
      <ScrollBox name={`${title}, table`}>
        <table className="distribution">
          <thead>
            <tr>
              <th scope="col">{query.options === undefined ? 'Label' : 'Option'}</th>
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
              {asked && (
                <th scope="col" className="right">
                  log-prob
                </th>
              )}
              {divided && (
                <th scope="col" className="right">
                  prior
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {shown.map((label, i) => {
              const before = cell.distribution[i] ?? 0;
              const after = cell.calibrated[i] ?? 0;
              return (
                <tr key={label.id}>
                  <th scope="row">
                    {answerText(query, label.id)} {label.id === cell.gold && <Badge tone="good">right</Badge>}{' '}
                    {label.id === answer && <Badge tone="accent">answer</Badge>}
                  </th>
                  <td className="distribution-bars">
                    <BarPair before={calibrated ? before : null} after={after} strong={label.id === answer} />
                  </td>
                  {calibrated && <td className="right">{percent(before)}</td>}
                  <td className="right">{percent(after)}</td>
                  {asked && (
                    <td className="right" data-testid="logprob">
                      {logProb(cell.labelLogprobs[i] ?? Number.NEGATIVE_INFINITY)}
                    </td>
                  )}
                  {divided && <td className="right">{figure(cell.prior?.[i] ?? 0)}</td>}
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollBox>
      <p className="field-help">
        {divided && 'Thin bar: as the model gives it. Thick bar: after dividing by the prior. '}
        {cell.temperature !== undefined &&
          `Thin bar: as the model gives it. Thick bar: log-probabilities divided by the temperature ${figure(cell.temperature)}. `}
        {calibrated &&
          !divided &&
          !scaled &&
          'Thin bar: as the model gives it. Thick bar: as the calibration answers. '}
        {asked && !calibrated && 'As the model gives it, without calibration. '}
        {asked
          ? `Log-probabilities are natural, over the whole vocabulary; shares are over the ${query.options === undefined ? 'labels' : 'options'} only.`
          : 'No model was asked: shares of what was counted.'}
      </p>
    </section>
  );
}
