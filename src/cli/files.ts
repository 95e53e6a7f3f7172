import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { importFile } from '../core/data/import/import-file.ts';
import { bytesSource } from '../core/data/import/source.ts';
import type { Table } from '../core/data/table.ts';
import { usageError } from '../core/errors.ts';

/** A file's bytes, unpacked where it is gzipped; one that cannot be read is wrong usage, named. */
async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(path);
    return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
  } catch (error) {
    throw usageError(`The file ${path} cannot be read: ${(error as Error).message}.`);
  }
}

export const readTextFile = async (path: string): Promise<string> => new TextDecoder().decode(await readBytes(path));

const WHOLE = { rows: Number.POSITIVE_INFINITY, characters: Number.POSITIVE_INFINITY };

/** CSV, TSV, JSONL or Parquet, also gzipped: all rows, read as the page reads them. */
export async function readTable(path: string): Promise<Table> {
  const name = basename(path).replace(/\.gz$/iu, '');
  if (!/\.(?:csv|tsv|tab|jsonl|ndjson|parquet)$/iu.test(name)) {
    throw usageError(`${name}: data files end in .csv, .tsv, .jsonl or .parquet.`);
  }
  const { table } = await importFile(bytesSource(await readBytes(path), name), { bounds: WHOLE });
  return table;
}

export async function readJsonFile(path: string): Promise<unknown> {
  const text = await readTextFile(path);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usageError(`${path} is not JSON: ${(error as Error).message}.`);
  }
}
