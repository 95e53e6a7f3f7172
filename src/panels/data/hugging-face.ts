import * as v from 'valibot';
import { FactCounter } from '../../core/data/import/facts.ts';
import type { Imported } from '../../core/data/import/import-file.ts';
import { cellsOf } from '../../core/data/table.ts';
import { dataError } from '../../core/errors.ts';
import { throwIfAborted } from '../../core/model/engine-error.ts';

/** The data set viewer of Hugging Face (https://huggingface.co/docs/dataset-viewer): rows of public sets as JSON. */
const VIEWER = 'https://datasets-server.huggingface.co';

/** Rows of one answer; the viewer gives no more. */
const PAGE = 100;

export interface HubSplit {
  readonly config: string;
  readonly split: string;
}

const splitsSchema = v.object({ splits: v.array(v.object({ config: v.string(), split: v.string() })) });

const rowsSchema = v.object({
  features: v.array(v.object({ name: v.string(), type: v.unknown() })),
  rows: v.array(v.object({ row: v.record(v.string(), v.unknown()) })),
  num_rows_total: v.optional(v.number()),
});

const errorSchema = v.object({ error: v.string() });
const classSchema = v.object({ _type: v.literal('ClassLabel'), names: v.array(v.string()) });

export type Fetch = (url: string, init: { signal: AbortSignal }) => Promise<Response>;

async function ask<S extends v.GenericSchema>(
  path: string,
  query: Readonly<Record<string, string>>,
  schema: S,
  signal: AbortSignal,
  get: Fetch,
): Promise<v.InferOutput<S>> {
  const set = query.dataset ?? '';
  let response: Response;
  let body: unknown;
  try {
    response = await get(`${VIEWER}/${path}?${new URLSearchParams(query)}`, { signal });
    body = await response.json();
  } catch (error) {
    throwIfAborted(signal);
    throw dataError(
      `Hugging Face could not be reached for "${set}": ${(error as Error).message}. Check the connection, or download the file yourself and drop it here.`,
    );
  }
  if (!response.ok) {
    const said = v.safeParse(errorSchema, body);
    const why = said.success ? said.output.error : `it answered ${response.status}`;
    throw dataError(`Hugging Face does not give "${set}": ${why} Check the id; the viewer has public sets only.`);
  }
  const parsed = v.safeParse(schema, body);
  if (!parsed.success) {
    throw dataError(
      `Hugging Face gave an answer for "${set}" that cannot be read. Download the file and drop it here.`,
    );
  }
  return parsed.output;
}

export async function hubSplits(set: string, signal: AbortSignal, get: Fetch = fetch): Promise<readonly HubSplit[]> {
  const { splits } = await ask('splits', { dataset: set }, splitsSchema, signal, get);
  if (splits.length === 0) throw dataError(`"${set}" has no split that the viewer can show.`);
  return splits;
}

/** The names of classes, which rows give as numbers. */
const namesOf = (type: unknown): readonly string[] | undefined => {
  const parsed = v.safeParse(classSchema, type);
  return parsed.success ? parsed.output.names : undefined;
};

/** The first rows of a split, at most `most`. */
export async function hubRows(
  set: string,
  { config, split }: HubSplit,
  most: number,
  signal: AbortSignal,
  onProgress: (share: number, rows: number) => void,
  get: Fetch = fetch,
): Promise<Imported> {
  const columns = new Set<string>();
  const rows: { row: number; values: Map<string, string> }[] = [];
  const counter = new FactCounter();
  let total = most;
  while (rows.length < Math.min(most, total)) {
    const query = { dataset: set, config, split, offset: String(rows.length), length: String(PAGE) };
    const page = await ask('rows', query, rowsSchema, signal, get);
    if (page.rows.length === 0) break;
    total = page.num_rows_total ?? total;
    const classes = new Map(page.features.map(({ name, type }) => [name, namesOf(type)]));
    for (const { row } of page.rows.slice(0, most - rows.length)) {
      const values = cellsOf(row, columns);
      for (const [column, names] of classes) {
        const name = names?.[Number(values.get(column))];
        if (name !== undefined) values.set(column, name);
      }
      const one = { row: rows.length + 1, values };
      rows.push(one);
      counter.add(one);
    }
    onProgress(rows.length / Math.min(most, total), rows.length);
  }
  if (rows.length === 0) throw dataError(`${set}, ${config}, ${split} has no rows.`);
  const table = { name: `${set} (${config}, ${split})`, columns: [...columns], rows };
  return {
    table,
    total: rows.length,
    facts: counter.facts(table.columns),
    found: `the first ${rows.length} rows of ${split}`,
  };
}
