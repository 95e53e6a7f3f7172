import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { parseTable, type Table, tableOfRecords, textFormat } from '../core/data/table.ts';
import { dataError, usageError } from '../core/errors.ts';

/** A file's text; one that cannot be read is wrong usage, named. */
export async function readTextFile(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw usageError(`The file ${path} cannot be read: ${(error as Error).message}.`);
  }
}

/** CSV, TSV, JSONL (also gzipped) or Parquet, by the ending of the name. */
export async function readTable(path: string): Promise<Table> {
  const name = basename(path);
  if (/\.parquet$/iu.test(path)) return readParquet(path, name);
  const format = textFormat(path.replace(/\.gz$/iu, ''));
  if (format === null) throw usageError(`${name}: data files end in .csv, .tsv, .jsonl or .parquet.`);
  return parseTable(await readTextFile(path), name, format);
}

async function readParquet(path: string, name: string): Promise<Table> {
  try {
    const file = await asyncBufferFromFile(path);
    return tableOfRecords(await parquetReadObjects({ file, compressors }), name);
  } catch (error) {
    throw dataError(
      `${name} cannot be read as Parquet: ${(error as Error).message}. Check the file, or export it as JSONL.`,
    );
  }
}

export async function readJsonFile(path: string): Promise<unknown> {
  const text = await readTextFile(path);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usageError(`${path} is not JSON: ${(error as Error).message}.`);
  }
}
