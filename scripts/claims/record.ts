import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { dataError } from '../../src/core/errors.ts';
import { issueText } from '../../src/core/issues.ts';
import { parseJson } from '../../src/core/json.ts';
import type { ModelIdentity } from '../../src/core/model/language-model.ts';
import type { CellRecord } from '../../src/core/run/record.ts';

const modelSchema = v.strictObject({
  engine: v.string(),
  id: v.string(),
  revision: v.string(),
  precision: v.string(),
  files: v.array(v.strictObject({ name: v.string(), sha256: v.string() })),
});

const recordSchema = v.strictObject({
  version: v.literal(1),
  run: v.string(),
  set: v.string(),
  title: v.string(),
  /** Digest of all that can change an answer: a run whose record has the same key is not run again. */
  key: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/u)),
  spec: v.unknown(),
  models: v.array(modelSchema),
  /** What the models ran on; no part of the key, as all back ends give the same answers. */
  backends: v.array(v.string()),
  data: v.strictObject({ digest: v.string(), queries: v.number(), poolSize: v.number(), labels: v.number() }),
  knowledge: v.string(),
  tokens: v.strictObject({ asked: v.number(), computed: v.number() }),
  seconds: v.number(),
  /**
   * By arm one string a trial, one character a query: `0` is right; another digit says how many labels after the right
   * one the answer stands, so that votes can be counted and neither texts nor labels of a set are in here; `-` unscored.
   */
  answers: v.record(v.string(), v.array(v.pipe(v.string(), v.regex(/^[0-9a-z-]+$/u)))),
});

/** What is kept of a run on a set: enough to compute every figure of the page again. */
export type ClaimRecord = v.InferOutput<typeof recordSchema>;

/** What a model's numbers depend on. */
export const identityOf = ({ engine, id, revision, precision, files }: ModelIdentity) => ({
  engine,
  id,
  revision,
  precision,
  files: files.map(({ name, sha256 }) => ({ name, sha256 })),
});

/** One string a trial, in the order of the queries. */
export function codedAnswers(cells: readonly CellRecord[], labels: readonly string[]): Record<string, string[]> {
  const coded: Record<string, string[]> = {};
  for (const { armId, trial, gold, prediction } of cells) {
    coded[armId] ??= [];
    const own = coded[armId];
    own[trial] = `${own[trial] ?? ''}${code(labels, gold, prediction)}`;
  }
  return coded;
}

function code(labels: readonly string[], gold: string, prediction: CellRecord['prediction']): string {
  if (prediction.kind !== 'label') return '-';
  const ahead = labels.indexOf(prediction.label) - labels.indexOf(gold);
  return ((ahead + labels.length) % labels.length).toString(36);
}

const fileOf = (folder: string, run: string, set: string) => join(folder, `${run}-${set}.json`);

export function readRecords(folder: string): ClaimRecord[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().map((name) => {
    const where = join(folder, name);
    const result = v.safeParse(recordSchema, parseJson(readFileSync(where, 'utf8'), where));
    if (!result.success) throw dataError(`${where} is no record: ${issueText(result.issues)} Delete it and run again.`);
    return result.output;
  });
}

export function writeRecord(folder: string, record: ClaimRecord): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(folder, record.run, record.set), `${JSON.stringify(record)}\n`);
}

export const dropRecord = (folder: string, { run, set }: ClaimRecord): void => rmSync(fileOf(folder, run, set));
