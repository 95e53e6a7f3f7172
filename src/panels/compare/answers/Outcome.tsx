import type { Example } from '../../../core/data/example.ts';
import type { CellRecord } from '../../../core/run/record.ts';
import { Icon } from '../../../ui/icons.tsx';
import { answerText, isRight, predicted } from './rows.ts';

/** An answer with right or wrong by shape and word, not by colour alone. */
export function Outcome({ cell, query = {} }: { cell: CellRecord; query?: Pick<Example, 'options'> }) {
  const right = isRight(cell);
  const label = predicted(cell);
  return (
    <span className={right ? 'outcome outcome-right' : 'outcome outcome-wrong'}>
      <Icon name={right ? 'check' : 'cross'} />
      <span className="visually-hidden">{right ? 'right: ' : 'wrong: '}</span>
      <span className="outcome-label">{label === null ? 'unscored' : answerText(query, label)}</span>
    </span>
  );
}
