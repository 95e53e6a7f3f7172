import { dataError } from '../errors.ts';
import type { Label } from './example.ts';
import { checkOptions, letterOf, lettersUpTo } from './options.ts';
import type { OwnData } from './own.ts';
import type { Table } from './table.ts';

export interface ColumnMap {
  readonly text: string;
  readonly text2?: string;
  /** Columns of the options of a question, A first; `label` then says which is right. */
  readonly options?: readonly string[];
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
export function mapColumns(table: Table, { text, text2, options, label }: ColumnMap): OwnData['pool'] {
  const columns = options === undefined ? undefined : optionColumns(table, options);
  const rows = table.rows.map(({ row, values }) => ({
    text: field(table, values, row, text),
    ...(text2 === undefined ? {} : { text2: field(table, values, row, text2) }),
    ...(columns === undefined ? {} : { options: optionsOf(table, values, row, columns) }),
    label: field(table, values, row, label),
  }));
  return columns === undefined ? rows : withLetters(table, rows);
}

/** A column that holds lists, such as `choices.text`, stands for the columns of their items. */
export const optionColumns = (table: Table, names: readonly string[]): string[] =>
  names.flatMap((name) => {
    if (table.columns.includes(name)) return [name];
    const items = table.columns.filter(
      (column) => column.startsWith(`${name}.`) && /^\d+$/u.test(column.slice(name.length + 1)),
    );
    if (items.length > 0)
      return items.sort((a, b) => Number(a.slice(name.length + 1)) - Number(b.slice(name.length + 1)));
    throw dataError(`${table.name} has no column "${name}". Its columns are ${table.columns.join(', ')}.`);
  });

const oneLine = (text: string): string => text.replace(/\s+/gu, ' ').trim();

/** Texts of the option columns; the last ones may be empty where a question has fewer options. */
function optionsOf(
  table: Table,
  values: ReadonlyMap<string, string>,
  row: number,
  columns: readonly string[],
): string[] {
  const texts = columns.map((column) => oneLine(values.get(column) ?? ''));
  const count = texts.findLastIndex((text) => text !== '') + 1;
  const hole = texts.slice(0, count).indexOf('');
  if (hole >= 0) {
    throw dataError(
      `${table.name}, row ${row}: the option "${columns[hole]}" is empty, and a later one is not. Fill it or take the row out.`,
    );
  }
  if (count < 2) {
    throw dataError(
      `${table.name}, row ${row}: the option "${columns[count] ?? columns[0]}" is empty, and a question needs at least two options. Fill it or take the row out.`,
    );
  }
  return texts.slice(0, count);
}

/** The ways a label says which option is right: by its text, its letter, or its number from 0. */
const READINGS: readonly ((label: string, options: readonly string[]) => number)[] = [
  (label, options) => options.indexOf(oneLine(label)),
  (label, options) => options.findIndex((_, i) => letterOf(i) === label.toUpperCase()),
  (label, options) => (/^\d+$/u.test(label) && Number(label) < options.length ? Number(label) : -1),
];

/** Labels as letters. One way of reading them has to fit every row of the table, so that none is guessed. */
function withLetters(table: Table, rows: OwnData['pool']): OwnData['pool'] {
  const unread = (read: (typeof READINGS)[number]) =>
    rows.findIndex(({ label, options = [] }) => read(label, options) < 0);
  const reading = READINGS.find((read) => unread(read) < 0);
  if (reading === undefined) {
    const at = Math.max(...READINGS.map(unread));
    throw dataError(
      `${table.name}, row ${table.rows[at]?.row ?? at + 1}: the label "${rows[at]?.label}" does not say which option is right. In all rows it has to be the letter (A for the first), the number counted from 0, or the text of the option.`,
    );
  }
  return rows.map((row, i) => {
    const read = { ...row, label: letterOf(reading(row.label, row.options ?? [])) };
    checkOptions(read, `${table.name}, row ${table.rows[i]?.row ?? i + 1}`);
    return read;
  });
}

/** Letters for the most options that a question of these rows has. */
export const letterLabels = (...parts: readonly OwnData['pool'][]): Label[] =>
  lettersUpTo(Math.max(2, ...parts.flat().map(({ options = [] }) => options.length)));

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
