import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { type Journal, memoryJournal } from '../core/run/journal.ts';
import type { CellRecord } from '../core/run/record.ts';

interface Entry {
  readonly cell: CellRecord;
  /** When it was written, in milliseconds. */
  readonly at: number;
}

interface Schema extends DBSchema {
  cells: { key: string; value: Entry; indexes: { at: number } };
}

/** About 5 KB a cell. */
export const JOURNAL_BOUND = 10_000;

export interface JournalOptions {
  readonly bound?: number;
  /** Told once where the browser refuses to keep cells. */
  readonly onRefused: (text: string) => void;
}

const REFUSED =
  'This browser does not let the page keep finished answers (private mode?). The run works, but a reload starts it again.';

/** Finished cells in this browser. Where IndexedDB is refused, now or later, it goes on in memory. */
export async function browserJournal({ bound = JOURNAL_BOUND, onRefused }: JournalOptions): Promise<Journal> {
  const memory = memoryJournal();
  let db: IDBPDatabase<Schema> | null = null;
  const refuse = () => {
    if (db !== null) db.close();
    db = null;
    onRefused(REFUSED);
  };
  try {
    db = await openDB<Schema>('knowshot-journal', 1, {
      upgrade(fresh) {
        fresh.createObjectStore('cells').createIndex('at', 'at');
      },
      terminated: () => {
        db = null;
      },
    });
  } catch {
    refuse();
  }

  return {
    async get(keys) {
      const found = new Map(await memory.get(keys));
      if (db === null) return found;
      try {
        const store = db.transaction('cells').store;
        const entries = await Promise.all(keys.map((key) => (found.has(key) ? undefined : store.get(key))));
        entries.forEach((entry) => {
          if (entry !== undefined) found.set(entry.cell.key, entry.cell);
        });
      } catch {
        refuse();
      }
      return found;
    },
    async put(cells) {
      if (db === null) return memory.put(cells);
      try {
        await write(db, cells);
        await trim(db, bound);
      } catch {
        await memory.put(cells);
        refuse();
      }
    },
  };
}

async function write(db: IDBPDatabase<Schema>, cells: readonly CellRecord[]): Promise<void> {
  const at = Date.now();
  const transaction = db.transaction('cells', 'readwrite');
  await Promise.all([...cells.map((cell) => transaction.store.put({ cell, at }, cell.key)), transaction.done]);
}

/** Drops the oldest cells until a tenth of the bound is free again. */
async function trim(db: IDBPDatabase<Schema>, bound: number): Promise<void> {
  let extra = await db.count('cells');
  if (extra <= bound) return;
  extra -= Math.floor(bound * 0.9);
  const transaction = db.transaction('cells', 'readwrite');
  for (let cursor = await transaction.store.index('at').openCursor(); cursor !== null && extra > 0; extra--) {
    await cursor.delete();
    cursor = await cursor.continue();
  }
  await transaction.done;
}
