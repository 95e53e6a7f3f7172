import { type Journal, memoryJournal } from '../core/run/journal.ts';
import type { CellRecord } from '../core/run/record.ts';
import { answer, openDatabase, written } from '../ui/database.ts';

const CELLS = 'cells';

interface Entry {
  readonly cell: CellRecord;
  /** When it was written, in milliseconds. */
  readonly at: number;
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
  let db: IDBDatabase | null = null;
  const refuse = () => {
    if (db !== null) db.close();
    db = null;
    onRefused(REFUSED);
  };
  try {
    db = await openDatabase('knowshot-journal', 1, (fresh) => {
      fresh.createObjectStore(CELLS).createIndex('at', 'at');
    });
    // The browser has cleared it.
    db.onclose = () => {
      db = null;
    };
  } catch {
    refuse();
  }

  return {
    async get(keys) {
      const found = new Map(await memory.get(keys));
      if (db === null) return found;
      try {
        const store = db.transaction(CELLS).objectStore(CELLS);
        const missing = keys.filter((key) => !found.has(key));
        const entries = await Promise.all(
          missing.map((key) => answer<Entry | undefined>(store.get(key) as IDBRequest<Entry | undefined>)),
        );
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

async function write(db: IDBDatabase, cells: readonly CellRecord[]): Promise<void> {
  const at = Date.now();
  const transaction = db.transaction(CELLS, 'readwrite');
  const store = transaction.objectStore(CELLS);
  for (const cell of cells) store.put({ cell, at } satisfies Entry, cell.key);
  await written(transaction);
}

/** Drops the oldest cells until a tenth of the bound is free again. */
async function trim(db: IDBDatabase, bound: number): Promise<void> {
  let extra = await answer(db.transaction(CELLS).objectStore(CELLS).count());
  if (extra <= bound) return;
  extra -= Math.floor(bound * 0.9);
  const transaction = db.transaction(CELLS, 'readwrite');
  const request = transaction.objectStore(CELLS).index('at').openCursor();
  request.onsuccess = () => {
    const cursor = request.result;
    if (cursor === null || extra === 0) return;
    extra--;
    cursor.delete();
    cursor.continue();
  };
  await written(transaction);
}
