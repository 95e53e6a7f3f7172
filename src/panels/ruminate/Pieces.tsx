import type { Label } from '../../core/data/example.ts';
import type { Combine } from '../../core/rumination/combine.ts';
import type { CellRecord } from '../../core/run/record.ts';
import { fixed, plural } from '../../ui/format.ts';
import { ScrollBox } from '../../ui/ScrollBox.tsx';
import { type EffectRow, ruminationInfo } from './inspect.ts';
import { Shift, scaleOf } from './Shift.tsx';

const COMBINED: Readonly<Record<Combine, string>> = {
  single: '',
  best: 'Each stands in a prompt of its own, and one prompt has none; the surest answer is taken.',
  mixture: 'Each stands in a prompt of its own; the answers are averaged.',
  product: 'Each stands in a prompt of its own; the answers are multiplied.',
  own: 'Each option is scored in a prompt of its own, after the line about it.',
};

/** What stood before the answer, piece by piece, and what each piece alone does to each label. */
export function Pieces({ row, labels }: { row: EffectRow; labels: readonly Label[] }) {
  const { cell, effects } = row;
  const review = cell?.review;
  if (cell === null || review === undefined) return null;
  if (review.pieces.length === 0) return <p className="small">{nothingOf(row, review)}</p>;
  const scale = scaleOf((effects ?? []).flat());
  return (
    <>
      {review.asks.length > 1 && <p className="small">{COMBINED[review.combine]}</p>}
      {review.asks.length === 1 && review.pieces.length > 1 && (
        <p className="small">All of them stand in one prompt; below, what each does alone.</p>
      )}
      <ol className="pieces" data-testid="pieces">
        {review.pieces.map((piece, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name, and their order does not change.
          <li key={i} className="piece">
            <p className="piece-text">
              <span className="piece-cue">{piece.cue}</span>
              {piece.text.slice(piece.cue.length)}
            </p>
            <p className="muted small num">
              {plural(piece.tokens, 'token')}
              {piece.generated === null ? ', not written by the model' : ''}
            </p>
            {effects?.[i] !== undefined && (
              <ScrollBox name={`What piece ${i + 1} does to each label`}>
                <table className="plain-table piece-effects">
                  <tbody>
                    {labels.map((label, l) => (
                      <tr key={label.id}>
                        <th scope="row">
                          {label.words[0] ?? label.id}
                          {label.id === cell.gold && <span className="muted"> right</span>}
                        </th>
                        <td>
                          <Shift value={effects[i]?.[l] ?? 0} scale={scale} />
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </ScrollBox>
            )}
          </li>
        ))}
      </ol>
      <p className="field-help">
        Bars: log p(label | piece) − log p(label), over the labels, in nats; left is less likely, right is more.
      </p>
    </>
  );
}

function nothingOf({ ruminate }: EffectRow, review: NonNullable<CellRecord['review']>): string {
  const { learned, asks, injectedLayer } = review;
  if (learned !== undefined) {
    const [first = 0] = learned.losses;
    return `Learned on items of the pool: loss ${fixed(first, 3)} in the first epoch, ${fixed(learned.losses.at(-1) ?? 0, 3)} at the end. Nothing is written; rows are added in layer ${(injectedLayer ?? 0) + 1}.`;
  }
  if (ruminationInfo(ruminate.type).kind === 'latent')
    return injectedLayer === null
      ? 'Nothing is written: the states stand as soft tokens at the start of the prompt.'
      : `Nothing is written: the states are rows of the feed-forward in layer ${injectedLayer + 1}.`;
  if (asks.length > 1) return `Nothing is written: the prompt was asked in ${asks.length} orders of its demos.`;
  return 'There was nothing to recall here: the query was answered at once.';
}
