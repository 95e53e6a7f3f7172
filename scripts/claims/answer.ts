import type { LanguageModel, TokenUsage } from '../../src/core/model/language-model.ts';
import { probes } from '../../src/core/probe/probes.ts';
import { runProbes } from '../../src/core/probe/run.ts';
import type { CellRecord } from '../../src/core/run/record.ts';
import { runExperiment } from '../../src/core/run/run.ts';
import { prepareSetting } from '../../src/core/run/setting.ts';
import type { RunSpec } from '../../src/core/run/spec.ts';
import { workOf } from '../../src/core/run/work.ts';
import { MINI, probedArm, type RunPlan } from './plan.ts';
import type { Material } from './sets.ts';

export type Models = (id: string) => Promise<LanguageModel>;

interface Answered {
  readonly cells: readonly CellRecord[];
  readonly usage: TokenUsage;
}

/** The answers of a run, through the code that the terminal and the page use. */
export async function answer(plan: RunPlan, spec: RunSpec, material: Material, models: Models): Promise<Answered> {
  const model = await models(MINI.id);
  if (plan.kind === 'arms') {
    return runExperiment({ ...material, spec, model, modelFor: ({ id }) => models(id) });
  }
  const setting = await prepareSetting({ ...material, spec, model });
  const work = workOf(setting);
  const cells = await runProbes({
    workFor: async () => work,
    arm: probedArm(spec),
    probes: probes.filter(({ id }) => plan.probes?.includes(id)),
    limit: setting.queries.length,
    trials: spec.trials,
    signal: new AbortController().signal,
    onCells: () => {},
  });
  return { cells, usage: work.scorer.usage };
}
