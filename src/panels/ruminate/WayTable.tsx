import type { Rumination } from '../../core/rumination/rumination.ts';
import type { CellRecord } from '../../core/run/record.ts';
import { count, percent } from '../../ui/format.ts';
import { ScrollBox } from '../../ui/ScrollBox.tsx';
import { Outcome } from '../compare/answers/Outcome.tsx';
import { type EffectRow, isSlow, type Ruminate, ruminationInfo, shiftOfRight, spentOn, totalOf } from './inspect.ts';
import { Shift, scaleOf } from './Shift.tsx';

const GROUPS: readonly { readonly kind: Rumination['kind']; readonly name: string }[] = [
  { kind: 'none', name: 'At once' },
  { kind: 'text', name: 'In words' },
  { kind: 'control', name: 'Controls' },
  { kind: 'latent', name: 'Inside the model' },
];

/** One line a way to recall: what it cost, what it answered, and how far it moved the right answer. */
export function WayTable({
  ways,
  rows,
  right,
  chosen,
  onChoose,
}: {
  ways: readonly Ruminate[];
  rows: readonly EffectRow[];
  /** Index of the right answer. */
  right: number;
  chosen: string;
  onChoose: (type: string) => void;
}) {
  const plain = rows.find((row) => row.ruminate.type === 'none')?.cell ?? null;
  const shift = (cell: CellRecord | null | undefined) =>
    cell == null || plain === null ? null : shiftOfRight(cell, plain, right);
  const scale = scaleOf(rows.flatMap((row) => shift(row.cell) ?? []));
  return (
    <ScrollBox name="Ways to recall">
      <table className="plain-table ways" data-testid="ways">
        <thead>
          <tr>
            <th scope="col">Recalled</th>
            <th scope="col">Answer</th>
            <th scope="col" className="right">
              Right answer
            </th>
            <th scope="col">moved by, nats</th>
            <th scope="col" className="right">
              Tokens
            </th>
            <th scope="col">of these read · written · asked</th>
          </tr>
        </thead>
        {GROUPS.map(({ kind, name }) => (
          <tbody key={kind}>
            {kind !== 'none' && (
              <tr className="ways-group">
                <th scope="rowgroup" colSpan={6}>
                  {name}
                </th>
              </tr>
            )}
            {ways
              .filter(({ type }) => ruminationInfo(type).kind === kind)
              .map(({ type }) => {
                const row = rows.find((r) => r.ruminate.type === type);
                return (
                  <tr
                    key={type}
                    className={[type === chosen && 'ways-chosen', row?.problem && 'ways-off'].filter(Boolean).join(' ')}
                    data-testid={`way-${type}`}
                  >
                    <th scope="row">
                      <label className="ways-name">
                        <input type="radio" name="way" checked={type === chosen} onChange={() => onChoose(type)} />
                        {ruminationInfo(type).title}
                      </label>
                    </th>
                    <Cells
                      row={row}
                      right={right}
                      shift={shift(row?.cell)}
                      scale={scale}
                      slow={isSlow(type)}
                      plain={plain}
                    />
                  </tr>
                );
              })}
          </tbody>
        ))}
      </table>
    </ScrollBox>
  );
}

function Cells({
  row,
  right,
  shift,
  scale,
  slow,
  plain,
}: {
  row: EffectRow | undefined;
  right: number;
  shift: number | null;
  scale: number;
  slow: boolean;
  plain: CellRecord | null;
}) {
  const cell = row?.cell;
  const note =
    row === undefined
      ? slow
        ? 'choose it to have it learned'
        : '…'
      : (row.problem ?? (cell?.prediction.kind === 'unscored' ? cell.prediction.reason : null));
  if (note !== null || cell == null) {
    return (
      <td colSpan={5} className="ways-note muted">
        {note}
      </td>
    );
  }
  const spent = spentOn(cell);
  const more = plain === null ? 0 : totalOf(spent) - totalOf(spentOn(plain));
  return (
    <>
      <td>
        <Outcome cell={cell} />
      </td>
      <td className="right num">{percent(cell.distribution[right] ?? 0, 0)}</td>
      <td>{shift !== null && cell !== plain && <Shift value={shift} scale={scale} />}</td>
      <td className="right num">
        {count(totalOf(spent))}
        {more > 0 && <span className="muted"> (+{count(more)})</span>}
      </td>
      <td className="num muted">
        {count(spent.read)} · {count(spent.written)} · {count(spent.asked)}
        {cell.review?.learned !== undefined && `, and ${count(cell.review.learned.tokens)} to learn, once`}
      </td>
    </>
  );
}
