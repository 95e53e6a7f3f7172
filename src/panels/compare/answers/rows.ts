import { type Example, fullText, rightOption } from '../../../core/data/example.ts';
import type { CellRecord } from '../../../core/run/record.ts';
import type { Results } from '../../host.ts';

/** One query of one trial with the answers of all arms that have one so far. */
export interface AnswerRow {
  readonly key: string;
  readonly trial: number;
  readonly number: number;
  readonly query: Example;
  readonly cells: ReadonlyMap<string, CellRecord>;
}

export type Filter =
  | { readonly kind: 'all' }
  | { readonly kind: 'disagree' }
  | { readonly kind: 'wrong'; readonly armId: string }
  | { readonly kind: 'changed'; readonly armId: string };

export const predicted = ({ prediction }: CellRecord): string | null =>
  prediction.kind === 'label' ? prediction.label : null;

/** A label as a reader knows it: of a question its option's text. */
export const answerText = ({ options }: Pick<Example, 'options'>, label: string): string =>
  rightOption({ label, ...(options === undefined ? {} : { options }) }) ?? label;

export const isRight = (cell: CellRecord): boolean => predicted(cell) === cell.gold;

/** In the order of trials and queries. */
export function answerRows({ dataset, cells }: Pick<Results, 'dataset' | 'cells'>): AnswerRow[] {
  const order = new Map(dataset.evalSet.map((query, i) => [query.id, { query, i }]));
  const rows = new Map<string, AnswerRow & { cells: Map<string, CellRecord> }>();
  for (const cell of cells) {
    const known = order.get(cell.queryId);
    if (known === undefined) continue;
    const key = `${cell.trial}/${cell.queryId}`;
    let row = rows.get(key);
    if (row === undefined) {
      row = { key, trial: cell.trial, number: known.i + 1, query: known.query, cells: new Map() };
      rows.set(key, row);
    }
    row.cells.set(cell.armId, cell);
  }
  return [...rows.values()].sort((a, b) => a.trial - b.trial || a.number - b.number);
}

function passes({ cells }: AnswerRow, filter: Filter, firstArm: string): boolean {
  switch (filter.kind) {
    case 'all':
      return true;
    case 'disagree':
      return new Set([...cells.values()].map(predicted)).size > 1;
    case 'wrong': {
      const cell = cells.get(filter.armId);
      return cell !== undefined && !isRight(cell);
    }
    case 'changed': {
      const cell = cells.get(filter.armId);
      const first = cells.get(firstArm);
      return cell !== undefined && first !== undefined && isRight(cell) !== isRight(first);
    }
    default:
      return filter satisfies never;
  }
}

export function filterRows(
  rows: readonly AnswerRow[],
  { filter, search, firstArm }: { filter: Filter; search: string; firstArm: string },
): AnswerRow[] {
  const wanted = search.trim().toLowerCase();
  return rows.filter(
    (row) =>
      passes(row, filter, firstArm) &&
      (wanted === '' ||
        fullText(row.query).toLowerCase().includes(wanted) ||
        row.query.label.toLowerCase().includes(wanted) ||
        (row.query.options ?? []).some((option) => option.toLowerCase().includes(wanted))),
  );
}

/** A filter as the value of a select, and back. */
export const filterValue = (filter: Filter): string =>
  'armId' in filter ? `${filter.kind}:${filter.armId}` : filter.kind;

export function filterOf(value: string): Filter {
  const [kind, armId] = value.split(':');
  if ((kind === 'wrong' || kind === 'changed') && armId !== undefined) return { kind, armId };
  return { kind: kind === 'disagree' ? 'disagree' : 'all' };
}
