import * as v from 'valibot';
import { dataError } from '../../errors.ts';
import { issueText } from '../../issues.ts';
import { type ColumnMap, checkLabels, labelsOf, letterLabels, mapColumns, optionColumns } from '../columns.ts';
import { fullText, type Label, type Template } from '../example.ts';
import { normalisedText } from '../leak.ts';
import { checkedOwn, type OwnData, ownDataSchema } from '../own.ts';
import { MOST_LABELS } from '../schema.ts';
import type { Table } from '../table.ts';
import type { Imported } from './import-file.ts';
import { stratifiedSplit } from './split.ts';

/** How imported rows become a set. */
export interface Plan {
  readonly title: string;
  readonly columns: ColumnMap;
  readonly template: Template;
  /** Words for labels by id, where they are not the label's own spelling. */
  readonly words: ReadonlyMap<string, readonly string[]>;
  /** Rows of the evaluation set that are drawn from the one file; a second file takes their place. */
  readonly evalRows: number;
  readonly seed: number;
  /** Leaves out rows where a chosen column is empty, instead of refusing the file. */
  readonly skipEmpty: boolean;
}

export interface Built {
  readonly own: OwnData;
  /** Rows left out because a chosen column was empty. */
  readonly empty: number;
  /** Pool rows left out because their text is asked in the evaluation set. */
  readonly leaked: number;
  /** Pool rows left out because an earlier row has the same text. */
  readonly repeated: number;
}

type Rows = OwnData['pool'];

/** The table without the rows that lack a text, a label or the two options that a question needs at least. */
function filled(table: Table, { text, text2, options, label }: ColumnMap): Table {
  const two = options === undefined ? [] : optionColumns(table, options).slice(0, 2);
  const needed = [text, label, ...(text2 === undefined ? [] : [text2]), ...two];
  return {
    ...table,
    rows: table.rows.filter(({ values }) => needed.every((column) => (values.get(column) ?? '').trim() !== '')),
  };
}

const keyOf = ({ text, text2 }: Rows[number]): string =>
  normalisedText(fullText({ text, ...(text2 === undefined ? {} : { text2 }) }));

/** Takes out of the pool what is asked, and what is there already. */
function guarded(pool: Rows, asked: Rows): { pool: Rows; leaked: number; repeated: number } {
  const queries = new Set(asked.map(keyOf));
  const seen = new Set<string>();
  let [leaked, repeated] = [0, 0];
  const kept = pool.filter((row) => {
    const key = keyOf(row);
    if (queries.has(key)) leaked++;
    else if (seen.has(key)) repeated++;
    else {
      seen.add(key);
      return true;
    }
    return false;
  });
  return { pool: kept, leaked, repeated };
}

/** Too many labels are nearly always a wrong column: said before anything is computed from them. */
function checkLabelCount(rows: Rows, column: string, name: string): void {
  const labels = new Set(rows.map((row) => row.label));
  if (labels.size <= MOST_LABELS && labels.size >= 2) return;
  throw dataError(
    labels.size < 2
      ? `${name}: the column "${column}" has the label "${[...labels][0] ?? ''}" in every row. A task needs at least two; choose another label column.`
      : `${name}: the column "${column}" has ${labels.size} different labels, and a task has at most ${MOST_LABELS}. Choose another label column, or take the rarest labels out of the file.`,
  );
}

/** The labels of a plan: from the pool alone, or the letters of a question set. */
export function plannedLabels(pool: Rows, { columns, words }: Pick<Plan, 'columns' | 'words'>, asked: Rows): Label[] {
  const labels = columns.options === undefined ? labelsOf(pool, undefined) : letterLabels(pool, asked);
  return labels.map((label) => ({ id: label.id, words: [...(words.get(label.id) ?? label.words)] }));
}

/** One or two files as a set, checked as a whole: it is refused, or complete. */
export function buildOwn(main: Imported, second: Imported | null, plan: Plan): Built {
  const { columns, skipEmpty } = plan;
  const read = ({ table }: Imported): { table: Table; rows: Rows; empty: number } => {
    const used = skipEmpty ? filled(table, columns) : table;
    return { table: used, rows: mapColumns(used, columns), empty: table.rows.length - used.rows.length };
  };
  const first = read(main);
  const other = second === null ? null : read(second);
  if (columns.options === undefined) checkLabelCount(first.rows, columns.label, main.table.name);
  const split =
    other === null
      ? stratifiedSplit(
          first.rows.map((row) => row.label),
          plan.evalRows,
          plan.seed,
        )
      : null;
  const at = (indices: readonly number[]): Rows => indices.map((i) => first.rows[i] as Rows[number]);
  const asked = split === null ? (other?.rows ?? []) : at(split.eval);
  const { pool, leaked, repeated } = guarded(split === null ? first.rows : at(split.pool), asked);
  const labels = plannedLabels(pool, plan, asked);
  if (other !== null && columns.options === undefined) checkLabels(other.table, other.rows, labels);
  const parsed = v.safeParse(ownDataSchema, {
    title: plan.title,
    labels,
    template: plan.template,
    pool,
    eval: asked,
  });
  if (!parsed.success) throw dataError(`${main.table.name} cannot be used: ${issueText(parsed.issues)}`);
  checkedOwn(parsed.output);
  return { own: parsed.output, empty: first.empty + (other?.empty ?? 0), leaked, repeated };
}
