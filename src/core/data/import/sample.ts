import type { TableRow } from '../table.ts';

export interface SampleBounds {
  readonly rows: number;
  readonly characters: number;
}

/** What a tab can hold and work with: some 20,000 rows, some 60 MB. */
export const SAMPLE_BOUNDS: SampleBounds = { rows: 20_000, characters: 30_000_000 };

/** A well mixed 32-bit number of a row, the same each time (the finaliser of MurmurHash3). */
function priority(row: number, seed: number): number {
  let x = (row ^ Math.imul(seed + 1, 0x9e3779b1)) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/**
 * Rows of a file of any length in bounded memory: all of them while they fit, then a random half, a quarter ... of them,
 * drawn by row number, so that the same file gives the same rows.
 */
export class RowSample {
  readonly #seed: number;
  readonly #bounds: SampleBounds;
  #limit = 2 ** 32;
  #rows: { row: TableRow; size: number }[] = [];
  #characters = 0;
  /** Rows that were offered. */
  total = 0;

  constructor(seed: number, bounds: SampleBounds = SAMPLE_BOUNDS) {
    this.#seed = seed;
    this.#bounds = bounds;
  }

  add(row: TableRow): void {
    this.total++;
    if (priority(row.row, this.#seed) >= this.#limit) return;
    let size = 0;
    for (const value of row.values.values()) size += value.length;
    this.#rows.push({ row, size });
    this.#characters += size;
    while (this.#rows.length > this.#bounds.rows || this.#characters > this.#bounds.characters) {
      if (this.#rows.length < 2) return;
      this.#limit /= 2;
      this.#rows = this.#rows.filter((kept) => priority(kept.row.row, this.#seed) < this.#limit);
      this.#characters = this.#rows.reduce((sum, kept) => sum + kept.size, 0);
    }
  }

  get rows(): TableRow[] {
    return this.#rows.map(({ row }) => row);
  }
}
