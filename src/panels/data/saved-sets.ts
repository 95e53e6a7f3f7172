import * as v from 'valibot';
import { type OwnData, ownDataSchema } from '../../core/data/own.ts';
import { dataError } from '../../core/errors.ts';
import { answer, openDatabase, written } from '../../ui/database.ts';

/** A set that is kept in this browser, by its title. */
export interface SavedSet {
  readonly title: string;
  readonly rows: number;
  /** When it was kept, in milliseconds. */
  readonly at: number;
}

interface Entry {
  readonly own: unknown;
  readonly rows: number;
  readonly at: number;
}

const SETS = 'sets';

/** @param mode what is written settles when it is kept. */
async function withSets<T>(mode: IDBTransactionMode, act: (sets: IDBObjectStore) => T | Promise<T>): Promise<T> {
  let db: IDBDatabase | undefined;
  try {
    db = await openDatabase('knowshot-sets', 1, (fresh) => {
      fresh.createObjectStore(SETS);
    });
    const transaction = db.transaction(SETS, mode);
    const kept = written(transaction);
    const [result] = await Promise.all([act(transaction.objectStore(SETS)), kept]);
    return result;
  } catch (error) {
    throw dataError(
      `This browser does not keep sets (${(error as Error).message}). Download the set as JSONL to have it again.`,
    );
  } finally {
    db?.close();
  }
}

export const listSets = (): Promise<SavedSet[]> =>
  withSets('readonly', async (sets) => {
    const [titles, values] = await Promise.all([
      answer(sets.getAllKeys()),
      answer(sets.getAll() as IDBRequest<Entry[]>),
    ]);
    return titles
      .map((title, i) => ({ title: String(title), rows: values[i]?.rows ?? 0, at: values[i]?.at ?? 0 }))
      .sort((a, b) => b.at - a.at);
  });

export const keepSet = (own: OwnData): Promise<void> =>
  withSets('readwrite', (sets) => {
    const entry: Entry = { own, rows: own.pool.length + own.eval.length, at: Date.now() };
    sets.put(entry, own.title);
  });

export const dropSet = (title: string): Promise<void> =>
  withSets('readwrite', (sets) => {
    sets.delete(title);
  });

/** What a browser kept is checked like what a link carries. */
export async function openSet(title: string): Promise<OwnData> {
  const entry = await withSets('readonly', (sets) => answer(sets.get(title) as IDBRequest<Entry | undefined>));
  const parsed = v.safeParse(ownDataSchema, entry?.own);
  if (!parsed.success) throw dataError(`"${title}" was kept by another version and cannot be read.`);
  return parsed.output;
}
