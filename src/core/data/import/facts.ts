import type { TableRow } from '../table.ts';

/** Values that are counted at most; a column with more is no label column. */
export const MOST_VALUES = 2000;

/** A longer value is a text, not a label. */
const LONGEST_VALUE = 200;

/** What a column holds, over all rows of the file. */
export interface ColumnFacts {
  readonly column: string;
  readonly empty: number;
  /** Rows by value; `null` where there are more than `MOST_VALUES` values, or long ones. */
  readonly values: ReadonlyMap<string, number> | null;
  /** Mean length of what is not empty, in characters. */
  readonly length: number;
}

export class FactCounter {
  readonly #columns = new Map<string, { filled: number; length: number; values: Map<string, number> | null }>();
  #rows = 0;

  add({ values }: TableRow): void {
    this.#rows++;
    for (const [column, text] of values) {
      const value = text.trim();
      if (value === '') continue;
      let own = this.#columns.get(column);
      if (own === undefined) {
        own = { filled: 0, length: 0, values: new Map() };
        this.#columns.set(column, own);
      }
      own.filled++;
      own.length += value.length;
      if (own.values === null) continue;
      own.values.set(value, (own.values.get(value) ?? 0) + 1);
      if (value.length > LONGEST_VALUE || own.values.size > MOST_VALUES) own.values = null;
    }
  }

  facts(columns: readonly string[]): ColumnFacts[] {
    return columns.map((column) => {
      const own = this.#columns.get(column) ?? { filled: 0, length: 0, values: new Map() };
      return {
        column,
        empty: this.#rows - own.filled,
        values: own.values,
        length: own.filled === 0 ? 0 : own.length / own.filled,
      };
    });
  }
}
