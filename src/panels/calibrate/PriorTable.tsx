import type { CSSProperties } from 'react';
import type { Dataset, Example, Template } from '../../core/data/example.ts';
import { answersTo } from '../../core/prompt/answers.ts';
import { Badge } from '../../ui/feedback.tsx';
import { fixed, percent } from '../../ui/format.ts';
import { ScrollBox } from '../../ui/ScrollBox.tsx';
import { Outcome } from '../compare/answers/Outcome.tsx';
import { type Calibrate, calibratorInfo, type PriorRow } from './inspect.ts';

/** One line a source: its prior over the labels, and the answer with it. */
export function PriorTable({
  dataset,
  template,
  query,
  sources,
  rows,
  chosen,
  onChoose,
}: {
  dataset: Dataset;
  template: Template;
  query: Example;
  sources: readonly Calibrate[];
  rows: readonly PriorRow[];
  chosen: string;
  onChoose: (type: string) => void;
}) {
  const labels = answersTo({ labels: dataset.labels, template }, query);
  const name = ({ id, words }: (typeof labels)[number]) => (query.options === undefined ? id : (words[0] ?? id));
  return (
    <ScrollBox name="Priors by source">
      <table className="plain-table prior-table" data-testid="priors">
        <thead>
          <tr>
            <th scope="col">Source of the prior</th>
            {labels.map((label) => (
              <th key={label.id} scope="col" className="prior-label">
                <span className="clip" title={name(label)}>
                  {name(label)}
                </span>
              </th>
            ))}
            <th scope="col">Answer</th>
          </tr>
        </thead>
        <tbody>
          {sources.map(({ type }) => {
            const plugin = calibratorInfo(type);
            const row = rows.find((r) => r.calibrate.type === type);
            return (
              <tr key={type} className={type === chosen ? 'prior-chosen' : undefined} data-testid={`prior-${type}`}>
                <th scope="row">
                  <label className="prior-name">
                    <input type="radio" name="prior-source" checked={type === chosen} onChange={() => onChoose(type)} />
                    {plugin.title}
                  </label>
                  {plugin.transductive && <Badge tone="warn">reads all queries</Badge>}
                </th>
                <PriorCells row={row} labels={labels.length} />
                <td>{row?.cell == null ? '' : <Answer cell={row.cell} query={query} />}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollBox>
  );
}

function Answer({ cell, query }: { cell: NonNullable<PriorRow['cell']>; query: Example }) {
  const { prediction } = cell;
  return (
    <span className="prior-answer">
      <Outcome cell={cell} query={query} />
      {prediction.kind === 'label' && <span className="muted num"> {percent(prediction.probability, 0)}</span>}
    </span>
  );
}

function PriorCells({ row, labels }: { row: PriorRow | undefined; labels: number }) {
  const note = (text: string) => (
    <td colSpan={labels} className="prior-note muted small">
      {text}
    </td>
  );
  if (row === undefined) return note('…');
  if (row.problem !== null) return note(row.problem);
  const { cell } = row;
  if (cell?.prediction.kind === 'unscored') return note(cell.prediction.reason);
  if (cell?.temperature !== undefined) return note(`no prior; temperature ${fixed(cell.temperature, 2)}`);
  if (cell?.prior == null)
    return note(`no prior: the answer as the ${row.calibrate.type === 'none' ? 'model gives' : 'method makes'} it`);
  const total = cell.prior.reduce((a, b) => a + b, 0);
  return cell.prior.map((p, i) => {
    const share = total === 0 ? 0 : p / total;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: one cell a label, in the order of the labels.
      <td key={i} className="prior-share">
        <span className="prior-bar" style={{ '--share': `${(share * 100).toFixed(1)}%` } as CSSProperties} />
        <span className="num">{percent(share, 0)}</span>
      </td>
    );
  });
}
