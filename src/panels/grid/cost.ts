import type { Dataset } from '../../core/data/example.ts';
import { budgetOf } from '../../core/run/budget.ts';
import type { RunSpec } from '../../core/run/spec.ts';
import type { Results } from '../host.ts';

/** What a run will ask, before it is started; to plan with, not to report. */
export interface Cost {
  readonly answers: number;
  readonly queries: number;
  readonly prompts: number;
  readonly texts: number;
  readonly tokens: number;
  /** At the pace of the last run of the same model; `null` where none can be told from. */
  readonly seconds: number | null;
}

/** Fewer answers are no measure of a pace. */
const ENOUGH = 20;

const sumOf = (spec: RunSpec, dataset: Dataset) =>
  budgetOf(spec, dataset).reduce(
    (sum, { prompts, texts, tokens }) => ({
      prompts: sum.prompts + prompts,
      texts: sum.texts + texts,
      tokens: sum.tokens + tokens,
    }),
    { prompts: 0, texts: 0, tokens: 0 },
  );

/** Planned tokens a second in the last run: what a plan leaves out is left out on both sides. */
function paceOf({ experiment, dataset, record }: Results): number | null {
  if (record === null || record.wallSeconds <= 0) return null;
  const fresh = record.cells.length - record.reusedCells;
  const planned = sumOf(experiment.spec, dataset).tokens * (fresh / Math.max(1, record.cells.length));
  return fresh < ENOUGH || planned === 0 ? null : planned / record.wallSeconds;
}

export function costOf(spec: RunSpec, dataset: Dataset, last: Results | null): Cost {
  const queries = Math.min(spec.limit ?? dataset.evalSet.length, dataset.evalSet.length);
  const sum = sumOf(spec, dataset);
  const { engine, id } = spec.model;
  const alike = last !== null && last.model.engine === engine && last.model.id === id;
  const pace = alike ? paceOf(last) : null;
  return {
    ...sum,
    queries,
    answers: spec.arms.length * queries * spec.trials,
    seconds: pace === null ? null : sum.tokens / pace,
  };
}
