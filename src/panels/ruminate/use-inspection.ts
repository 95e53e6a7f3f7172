import { useEffect } from 'react';
import { isBusy, type Results, useStatus } from '../host.ts';
import { useJob } from '../job.ts';
import type { WorkFor } from '../work.ts';
import { bareArm, bareSpec, type EffectRow, inspectQuery, isSlow, type Ruminate, waysFor } from './inspect.ts';

/** Has the chosen query answered each way as soon as no run is busy, and again when what it depends on changes. */
export function useInspection(
  results: Results,
  armId: string,
  at: number,
  changed: ReadonlyMap<string, Ruminate>,
  type: string,
  workFor: WorkFor,
) {
  const job = useJob<readonly EffectRow[]>();
  const busy = isBusy(useStatus());
  const { experiment, dataset } = results;
  const { start, clear } = job;
  const slow = isSlow(type) ? type : '';
  const ask = () => {
    const arm = experiment.spec.arms.find((a) => a.id === armId) ?? experiment.spec.arms[0];
    const query = dataset.evalSet[at];
    if (arm === undefined || query === undefined) return;
    start(experiment, async (tools) => {
      const work = await workFor(bareSpec(experiment.spec, arm), tools.materials, tools.report);
      const base = { arm: bareArm(arm), trial: 0, query };
      return inspectQuery(work, base, waysFor(arm, changed), slow, tools);
    });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: `ask` is of the values below.
  useEffect(() => {
    if (busy) clear();
    else ask();
  }, [busy, experiment, dataset, armId, at, changed, slow]);
  return { job, ask };
}
