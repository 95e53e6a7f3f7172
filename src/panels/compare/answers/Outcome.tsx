import type { CellRecord } from '../../../core/run/record.ts';
import { Icon } from '../../../ui/icons.tsx';
import { isRight, predicted } from './rows.ts';

/** An answer with right or wrong by shape and word, not by colour alone. */
export function Outcome({ cell }: { cell: CellRecord }) {
  const right = isRight(cell);
  const label = predicted(cell);
  return (
    <span className={right ? 'outcome outcome-right' : 'outcome outcome-wrong'}>
      <Icon name={right ? 'check' : 'cross'} />
      <span className="visually-hidden">{right ? 'right: ' : 'wrong: '}</span>
      <span className="outcome-label">{label ?? 'unscored'}</span>
    </span>
  );
}
