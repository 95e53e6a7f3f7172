import { dataError } from '../../errors.ts';
import { throwIfAborted } from '../../model/engine-error.ts';
import type { Table, TableRow } from '../table.ts';
import { isParquet, textKind } from './encoding.ts';
import { type ColumnFacts, FactCounter } from './facts.ts';
import { readJsonLines } from './read-jsonl.ts';
import { readParquet } from './read-parquet.ts';
import { readSeparated } from './read-separated.ts';
import { RowSample, type SampleBounds } from './sample.ts';
import type { ByteSource } from './source.ts';
import { decodedPieces } from './text.ts';

export interface ImportOptions {
  /** Which rows of a file that is too long for the tab are taken. */
  readonly seed?: number;
  readonly bounds?: SampleBounds;
  readonly signal?: AbortSignal;
  readonly onProgress?: (readBytes: number, rows: number) => void;
}

/** A file as it was read: rows to work with, and what is known of all of them. */
export interface Imported {
  readonly table: Table;
  /** Rows of the file; more than the table has where they did not fit. */
  readonly total: number;
  readonly facts: readonly ColumnFacts[];
  /** What was found out: "CSV, separated by ;, UTF-16". */
  readonly found: string;
}

/** Where readers put rows; each stops at the first that is not right, so that a file is read whole or not at all. */
export interface RowSink {
  readonly add: (row: TableRow) => void;
  /** Called after each piece; throws where the import was stopped. */
  readonly progress: (readBytes: number) => void;
  /** Forgets all rows: the file is read again in another way. */
  readonly restart: () => void;
}

const HEAD = 64 * 1024;

/** CSV, TSV, JSONL or Parquet, by its content and then by its name; its encoding and separator are found. */
export async function importFile(
  source: ByteSource,
  { seed = 0, bounds, signal, onProgress }: ImportOptions = {},
): Promise<Imported> {
  let sample = new RowSample(seed, bounds);
  let counter = new FactCounter();
  const sink: RowSink = {
    add(row) {
      sample.add(row);
      counter.add(row);
    },
    progress(bytes) {
      throwIfAborted(signal);
      onProgress?.(bytes, sample.total);
    },
    restart() {
      sample = new RowSample(seed, bounds);
      counter = new FactCounter();
    },
  };
  if (source.size === 0) throw dataError(`${source.name} is empty. It needs a header row and data rows.`);
  const head = await source.slice(0, Math.min(source.size, HEAD));
  const { columns, found } = isParquet(head) ? await readParquet(source, sink) : await readText(source, head, sink);
  if (sample.total === 0) throw dataError(`${source.name} has no data rows.`);
  return {
    table: { name: source.name, columns, rows: sample.rows },
    total: sample.total,
    facts: counter.facts(columns),
    found,
  };
}

async function readText(source: ByteSource, head: Uint8Array, sink: RowSink) {
  if (/\.parquet$/iu.test(source.name)) {
    throw dataError(`${source.name} is no Parquet file: it does not begin with "PAR1". Check the file.`);
  }
  const kind = textKind(head, source.name);
  const pieces = () => decodedPieces(source, kind);
  const start = new TextDecoder(kind.encoding).decode(head.subarray(kind.skip)).trimStart();
  if (start === '') throw dataError(`${source.name} is empty. It needs a header row and data rows.`);
  const ending = /\.(\w+)$/u.exec(source.name)?.[1]?.toLowerCase() ?? '';
  const lines =
    ending === 'jsonl' || ending === 'ndjson' || (!['csv', 'tsv', 'tab'].includes(ending) && start.startsWith('{'));
  const { columns, format } = lines
    ? await readJsonLines(source.name, pieces, sink)
    : await readSeparated(source.name, pieces, sink, ending === 'tsv' || ending === 'tab' ? '\t' : undefined);
  return {
    columns,
    found: `${format}, ${kind.encoding.toUpperCase()}${kind.skip > 0 ? ' with a byte order mark' : ''}`,
  };
}
