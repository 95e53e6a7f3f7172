import { dataError } from '../errors.ts';
import type { Label } from './example.ts';
import type { OwnData } from './own.ts';
import type { Table } from './table.ts';

export interface ColumnMap {
  readonly text: string;
  readonly text2?: string;
  readonly label: string;
}

function field(table: Table, values: ReadonlyMap<string, string>, row: number, column: string): string {
  const value = values.get(column)?.trim() ?? '';
  if (value !== '') return value;
  if (!table.columns.includes(column)) {
    throw dataError(`${table.name} has no column "${column}". Its columns are ${table.columns.join(', ')}.`);
  }
  throw dataError(`${table.name}, row ${row}: the column "${column}" is empty. Fill it or take the row out.`);
}

/** Rows of a table as texts with their raw label. */
export function mapColumns(table: Table, { text, text2, label }: ColumnMap): OwnData['pool'] {
  return table.rows.map(({ row, values }) => ({
    text: field(table, values, row, text),
    ...(text2 === undefined ? {} : { text2: field(table, values, row, text2) }),
    label: field(table, values, row, label),
  }));
}

/** A label's own spelling as a word: `not_entailment` reads "not entailment". */
const asWord = (label: string): string => label.replace(/[_\s]+/gu, ' ').trim();

/**
 * The labels of own data. Without a list they are read from the pool alone, never from the rows to evaluate, and sorted,
 * so that the same pool gives the same order.
 */
export function labelsOf(pool: OwnData['pool'], given: readonly Label[] | undefined): Label[] {
  if (given !== undefined) return [...given];
  return [...new Set(pool.map((row) => row.label))].sort().map((id) => ({ id, words: [asWord(id)] }));
}

/** `raw=word,raw=word|other word`: the labels of a verbalizer, in this order. */
export function parseLabels(text: string): Label[] {
  const labels = text.split(',').map((part) => {
    const at = part.indexOf('=');
    const id = (at < 0 ? part : part.slice(0, at)).trim();
    const words = (at < 0 ? [asWord(id)] : part.slice(at + 1).split('|')).map((word) => word.trim());
    if (id === '' || words.some((word) => word === '')) {
      throw dataError(`"${part}" is no label: write raw=word, for example "0=negative,1=positive".`);
    }
    return { id, words };
  });
  const twice = labels.find((label, i) => labels.findIndex((other) => other.id === label.id) !== i);
  if (twice !== undefined) throw dataError(`The label "${twice.id}" is given twice.`);
  return labels;
}

/** Refuses rows whose label has no word, naming the first. */
export function checkLabels(table: Table, rows: OwnData['pool'], labels: readonly Label[]): void {
  const known = new Set(labels.map((label) => label.id));
  rows.forEach(({ label }, i) => {
    if (known.has(label)) return;
    throw dataError(
      `${table.name}, row ${table.rows[i]?.row ?? i + 1}: the label "${label}" is missing from the verbalizer (${[...known].join(', ')}). Add it, for example with --labels "${label}=${asWord(label)},...".`,
    );
  });
}
