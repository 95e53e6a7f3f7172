import type { CellRecord } from './record.ts';

/** Keeps finished cells by content key, so that a run that stopped goes on where it was. */
export interface Journal {
  get(keys: readonly string[]): Promise<ReadonlyMap<string, CellRecord>>;
  put(cells: readonly CellRecord[]): Promise<void>;
}

export const memoryJournal = (): Journal => {
  const cells = new Map<string, CellRecord>();
  return {
    get: async (keys) => new Map(keys.flatMap((key) => (cells.has(key) ? [[key, cells.get(key) as CellRecord]] : []))),
    put: async (finished) => {
      for (const cell of finished) cells.set(cell.key, cell);
    },
  };
};
