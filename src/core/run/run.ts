import type { Example } from '../data/example.ts';
import { throwIfAborted } from '../model/engine-error.ts';
import type { ModelFor } from './across-models.ts';
import { type Cell, cellKey } from './cell.ts';
import { answerCells } from './cells.ts';
import { usesEmbedder } from './embedder.ts';
import type { RunEvent } from './events.ts';
import type { Journal } from './journal.ts';
import type { CellRecord, RunRecord } from './record.ts';
import { prepareSetting, type Setting, type SettingInput } from './setting.ts';
import { segmentSharer } from './shared-segments.ts';
import type { RunSpec } from './spec.ts';
import { summarise } from './summarise.ts';
import { workOf } from './work.ts';

export interface RunInput extends Omit<SettingInput, 'onPhase'> {
  /** Needed where arms name models of their own; all are then asked for here. */
  readonly modelFor?: ModelFor | undefined;
  readonly journal?: Journal;
  readonly onEvent?: (event: RunEvent) => void;
  /** Answers only queries with these ids; all else, and so every number, is as in the whole run. */
  readonly only?: ReadonlySet<string>;
}

/** Queries of the first slices are few, so that a picture of all arms forms early. */
const FIRST_SLICES = [5, 15];
const SLICE = 20;

/**
 * Runs an experiment: a pure function of spec, data, knowledge and model. All arms answer a slice of the queries before
 * any goes on to the next. Cells that the journal has are taken from it. Rejects with an `EngineError` when stopped or
 * when the engine fails, and with a `KnowshotError` when spec or data cannot be run; finished cells were reported before.
 */
export async function runExperiment(input: RunInput): Promise<RunRecord> {
  if (input.spec.arms.every((arm) => arm.model === undefined)) return runOneModel(input);
  const { runAcrossModels } = await import('./across-models.ts');
  return runAcrossModels(input, runOneModel);
}

async function runOneModel({ journal, onEvent = () => {}, only, ...input }: RunInput): Promise<RunRecord> {
  const startedAt = new Date();
  const setting = await prepareSetting({ ...input, onPhase: (text) => onEvent({ type: 'phase', text }) });
  const { spec, model, dataset, signal } = setting;
  const queries = only === undefined ? setting.queries : setting.queries.filter(({ id }) => only.has(id));
  const total = spec.arms.length * spec.trials * queries.length;
  onEvent({ type: 'started', total });
  for (const notice of setting.notices) onEvent({ type: 'notice', notice });

  const work = workOf(setting);
  const { scorer } = work;
  const done: CellRecord[] = [];
  const share = segmentSharer();
  let reused = 0;
  for (const cells of batches(spec, queries)) {
    throwIfAborted(signal);
    const { kept, missing } = await fromJournal(setting, journal, cells);
    const fresh = await answerCells(work, missing);
    if (fresh.length > 0) await journal?.put(fresh);
    reused += kept.length;
    const finished = [...kept, ...fresh].map(share);
    done.push(...finished);
    onEvent({ type: 'cells', cells: finished, done: done.length, total, usage: scorer.usage });
  }

  const cells = inSpecOrder(setting, done);
  return {
    version: 1,
    spec,
    model: model.identity,
    selfTest: model.selfTest,
    ...(usesEmbedder(spec) && setting.embedder !== undefined ? { embedder: setting.embedder.identity } : {}),
    data: {
      id: dataset.id,
      title: dataset.title,
      digest: dataset.digest,
      labels: dataset.labels,
      poolSize: setting.pool.length,
      queries: queries.length,
    },
    knowledgeDigest: setting.knowledge.digest,
    startedAt: startedAt.toISOString(),
    wallSeconds: (Date.now() - startedAt.getTime()) / 1000,
    usage: scorer.usage,
    reusedCells: reused,
    notices: setting.notices,
    cells,
    summary: summarise({ arms: spec.arms, labels: dataset.labels, cells, primary: spec.primary, seed: spec.seed }),
  };
}

/** Cells of one arm and trial over one slice of the queries. */
function* batches(spec: RunSpec, queries: readonly Example[]): Generator<Cell[]> {
  for (let start = 0, n = 0; start < queries.length; n++) {
    const end = Math.min(queries.length, start + (FIRST_SLICES[n] ?? SLICE));
    for (let trial = 0; trial < spec.trials; trial++) {
      for (const arm of spec.arms) yield queries.slice(start, end).map((query) => ({ arm, trial, query }));
    }
    start = end;
  }
}

async function fromJournal(setting: Setting, journal: Journal | undefined, cells: readonly Cell[]) {
  if (journal === undefined) return { kept: [], missing: cells };
  const keys = cells.map((cell) => cellKey(setting, cell));
  const known = await journal.get(keys);
  const kept: CellRecord[] = [];
  const missing: Cell[] = [];
  cells.forEach((cell, i) => {
    const record = known.get(keys[i] as string);
    if (record === undefined) missing.push(cell);
    else kept.push({ ...record, armId: cell.arm.id });
  });
  return { kept, missing };
}

/** By arm, then trial, then query, whatever the order of work was. */
function inSpecOrder({ spec, queries }: Setting, cells: readonly CellRecord[]): CellRecord[] {
  const armAt = new Map(spec.arms.map((arm, i) => [arm.id, i]));
  const queryAt = new Map(queries.map((query, i) => [query.id, i]));
  const rank = ({ armId, trial, queryId }: CellRecord): number =>
    ((armAt.get(armId) ?? 0) * spec.trials + trial) * queries.length + (queryAt.get(queryId) ?? 0);
  return [...cells].sort((a, b) => rank(a) - rank(b));
}
