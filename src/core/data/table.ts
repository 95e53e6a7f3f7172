import { dataError } from '../errors.ts';

/** A row as text by column. `row` counts data rows from 1, the header not counted. */
export interface TableRow {
  readonly row: number;
  readonly values: ReadonlyMap<string, string>;
}

/** Rows of a file. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

/** The columns of a header row, each once. */
export function columnsOf(header: readonly string[] | undefined, name: string): string[] {
  if (header === undefined) throw dataError(`${name} is empty. It needs a header row and data rows.`);
  const columns = header.map((c) => c.trim());
  const twice = columns.find((column, i) => columns.indexOf(column) !== i);
  if (twice !== undefined)
    throw dataError(`${name}: the column "${twice}" stands twice in the header. Rename one of them.`);
  return columns;
}

/** A row of separated fields, as many as the header has. */
export function rowOf(cells: readonly string[], row: number, columns: readonly string[], name: string): TableRow {
  if (cells.length !== columns.length) throw dataError(brokenRow(name, row, cells.length, columns));
  return { row, values: new Map(columns.map((column, k) => [column, cells[k] as string])) };
}

function brokenRow(name: string, row: number, found: number, columns: readonly string[]): string {
  const what =
    found < columns.length
      ? `the column "${columns[found]}" is missing`
      : `there are more fields than columns after "${columns.at(-1)}"`;
  return `${name}, row ${row}: ${found} ${found === 1 ? 'field' : 'fields'} where the header has ${columns.length}; ${what}. Correct the row, and put texts that hold the separator in double quotes.`;
}

/** The object of a line of JSONL. */
export function parseRecord(line: string, number: number, name: string): object {
  const where = `${name}, line ${number}`;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw dataError(`${where} is not JSON: ${(error as Error).message}. Each line must be one JSON object.`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw dataError(
      `${where} is not a JSON object. Each line must be one, for example {"text": "...", "label": "..."}.`,
    );
  }
  return value;
}

/** Longer lists are vectors and the like, no texts to choose from. */
const LONGEST_LIST = 26;

/** Fields of a record as text; those of an object inside it and the items of a short list by their path: `choices.text.0`. */
export const cellsOf = (record: object, columns: Set<string>): Map<string, string> =>
  cellsOfEntries(Object.entries(record), columns);

/** The same of pairs of a name and a field. */
export function cellsOfEntries(entries: Iterable<[string, unknown]>, columns: Set<string>): Map<string, string> {
  const values = new Map<string, string>();
  const add = (path: string, field: unknown): void => {
    if (field === null || field === undefined) return;
    if (typeof field !== 'object') {
      columns.add(path);
      values.set(path, String(field));
    } else if (!Array.isArray(field) || field.length <= LONGEST_LIST) {
      for (const [key, inner] of Object.entries(field)) add(`${path}.${key}`, inner);
    }
  };
  for (const [key, field] of entries) add(key, field);
  return values;
}
