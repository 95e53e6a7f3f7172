import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import * as v from 'valibot';
import { type OwnData, ownDataSchema } from '../../core/data/own.ts';
import { dataError } from '../../core/errors.ts';

/** A set that is kept in this browser, by its title. */
export interface SavedSet {
  readonly title: string;
  readonly rows: number;
  /** When it was kept, in milliseconds. */
  readonly at: number;
}

interface Schema extends DBSchema {
  sets: { key: string; value: { own: unknown; rows: number; at: number } };
}

const open = (): Promise<IDBPDatabase<Schema>> =>
  openDB<Schema>('knowshot-sets', 1, {
    upgrade(fresh) {
      fresh.createObjectStore('sets');
    },
  });

async function withSets<T>(act: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
  let db: IDBPDatabase<Schema> | undefined;
  try {
    db = await open();
    return await act(db);
  } catch (error) {
    throw dataError(
      `This browser does not keep sets (${(error as Error).message}). Download the set as JSONL to have it again.`,
    );
  } finally {
    db?.close();
  }
}

export const listSets = (): Promise<SavedSet[]> =>
  withSets(async (db) => {
    const [titles, values] = await Promise.all([db.getAllKeys('sets'), db.getAll('sets')]);
    return titles
      .map((title, i) => ({ title, rows: values[i]?.rows ?? 0, at: values[i]?.at ?? 0 }))
      .sort((a, b) => b.at - a.at);
  });

export const keepSet = (own: OwnData): Promise<unknown> =>
  withSets((db) => db.put('sets', { own, rows: own.pool.length + own.eval.length, at: Date.now() }, own.title));

export const dropSet = (title: string): Promise<void> => withSets((db) => db.delete('sets', title));

/** What a browser kept is checked like what a link carries. */
export async function openSet(title: string): Promise<OwnData> {
  const entry = await withSets((db) => db.get('sets', title));
  const parsed = v.safeParse(ownDataSchema, entry?.own);
  if (!parsed.success) throw dataError(`"${title}" was kept by another version and cannot be read.`);
  return parsed.output;
}
