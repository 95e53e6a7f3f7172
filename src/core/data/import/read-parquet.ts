import { type FileMetaData, parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { dataError } from '../../errors.ts';
import { cellsOfEntries } from '../table.ts';
import type { RowSink } from './import-file.ts';
import type { ByteSource } from './source.ts';

/** Rows that are unpacked at once. */
const STEP = 5000;

export async function readParquet(source: ByteSource, sink: RowSink) {
  const columns = new Set<string>();
  const file = {
    byteLength: source.size,
    slice: async (start: number, end = source.size) => {
      const { buffer, byteOffset, byteLength } = await source.slice(
        start < 0 ? source.size + start : start,
        end < 0 ? source.size + end : end,
      );
      return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
    },
  };
  const refuse = (error: unknown) =>
    dataError(
      `${source.name} cannot be read as Parquet: ${(error as Error).message}. Check the file, or export it as JSONL.`,
    );
  const metadata = await parquetMetadataAsync(file).catch((error: unknown) => {
    throw refuse(error);
  });
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  const total = Number(metadata.num_rows);
  for (let start = 0; start < total; start += STEP) {
    const end = Math.min(total, start + STEP);
    const rows = await readRows(file, metadata, start, end).catch((error: unknown) => {
      throw refuse(error);
    });
    rows.forEach((row, i) => {
      // Pairs, not an object: a column may be called __proto__.
      const fields = names.map((name, k): [string, unknown] => [name, row[k]]);
      sink.add({ row: start + i + 1, values: cellsOfEntries(fields, columns) });
    });
    sink.progress(Math.round((source.size * end) / Math.max(1, total)));
  }
  return { columns: [...columns], found: 'Parquet' };
}

type AsyncFile = Parameters<typeof parquetRead>[0]['file'];

const readRows = (file: AsyncFile, metadata: FileMetaData, rowStart: number, rowEnd: number): Promise<unknown[][]> =>
  new Promise((resolve, reject) => {
    const onComplete = (rows: unknown[][]) => resolve(rows);
    parquetRead({ file, metadata, compressors, rowStart, rowEnd, onComplete }).catch(reject);
  });
