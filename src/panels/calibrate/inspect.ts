import type { Calibrator } from '../../core/calibration/calibrator.ts';
import { calibrators } from '../../core/calibration/registry.ts';
import type { Dataset, Example } from '../../core/data/example.ts';
import { throwIfAborted } from '../../core/model/engine-error.ts';
import { defaultsOf, type PluginInfo } from '../../core/options.ts';
import { optionsForm } from '../../core/prompt/answers.ts';
import type { Work } from '../../core/run/cell.ts';
import { answerCells } from '../../core/run/cells.ts';
import { calibratorOf } from '../../core/run/methods.ts';
import type { CellRecord } from '../../core/run/record.ts';
import { armProblem, sizeProblem } from '../../core/run/rules.ts';
import type { Arm, RunSpec } from '../../core/run/spec.ts';
import type { JobTools } from '../job.ts';

export type Calibrate = Arm['calibrate'];

/** One source of a prior, on one query. */
export interface PriorRow {
  readonly calibrate: Calibrate;
  /** What the arm answers with it; `null` where it cannot be used. */
  readonly cell: CellRecord | null;
  readonly problem: string | null;
}

export const calibratorInfo = (type: string): PluginInfo & Pick<Calibrator, 'transductive'> =>
  calibrators[type as Calibrate['type']];

/** Every method with its defaults; the one that the arm has, with the arm's options; all with what was changed here. */
export function sourcesFor(arm: Arm, changed: ReadonlyMap<string, Calibrate>): Calibrate[] {
  return Object.values(calibrators).map((plugin) => {
    const preset = { type: plugin.type, ...defaultsOf(plugin.fields) } as Calibrate;
    return changed.get(plugin.type) ?? (arm.calibrate.type === plugin.type ? arm.calibrate : preset);
  });
}

/** The experiment reduced to one arm without calibration, which all sources are applied to. */
export function bareSpec(spec: RunSpec, arm: Arm): RunSpec {
  const { primary: _primary, ...rest } = spec;
  return { ...rest, arms: [{ ...arm, calibrate: { type: 'none' } }] };
}

export function problemWith(arm: Arm, spec: RunSpec, dataset: Dataset): string | null {
  const queries = Math.min(spec.limit ?? dataset.evalSet.length, dataset.evalSet.length);
  return (
    armProblem(arm, optionsForm(dataset, spec.template ?? dataset.template)) ??
    sizeProblem(arm, dataset.labels.length, queries)
  );
}

/** Methods that first answer other items come last: they cost most. */
const cost = (arm: Arm): number => (calibratorOf(arm).reference === undefined ? 0 : 1);

/** Answers one query under each source; the rows come as they are done. */
export async function inspectQuery(
  work: Work,
  arm: Arm,
  sources: readonly Calibrate[],
  query: Example,
  { signal, report, share }: Pick<JobTools<readonly PriorRow[]>, 'signal' | 'report' | 'share'>,
): Promise<readonly PriorRow[]> {
  const { spec, dataset } = work.setting;
  const rows: PriorRow[] = [];
  const arms = sources.map((calibrate): Arm => ({ ...arm, calibrate })).sort((a, b) => cost(a) - cost(b));
  for (const own of arms) {
    throwIfAborted(signal);
    const { calibrate } = own;
    const problem = problemWith(own, spec, dataset);
    if (problem !== null) rows.push({ calibrate, cell: null, problem });
    else {
      report(`Asking for the prior: ${calibratorInfo(calibrate.type).title}`, rows.length, arms.length);
      const [cell] = await answerCells(work, [{ arm: own, trial: 0, query }]);
      rows.push({ calibrate, cell: cell ?? null, problem: null });
    }
    share([...rows]);
  }
  return rows;
}
