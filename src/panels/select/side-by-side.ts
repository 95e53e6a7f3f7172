import type { Example } from '../../core/data/example.ts';
import { selectors } from '../../core/demos/registry.ts';
import { throwIfAborted } from '../../core/model/engine-error.ts';
import { defaultsOf, type PluginInfo } from '../../core/options.ts';
import { optionsForm } from '../../core/prompt/answers.ts';
import type { Work } from '../../core/run/cell.ts';
import { answerCells } from '../../core/run/cells.ts';
import { embedProblem } from '../../core/run/embedder.ts';
import type { CellRecord } from '../../core/run/record.ts';
import { armProblem } from '../../core/run/rules.ts';
import type { Arm, RunSpec } from '../../core/run/spec.ts';
import type { JobTools } from '../job.ts';

export type SelectorType = Arm['select']['type'];

export interface Choice {
  readonly type: SelectorType;
  /** What the arm answers with the demos of this selector; `null` where it cannot be used. */
  readonly cell: CellRecord | null;
  readonly problem: string | null;
}

export const selectorInfo = (type: SelectorType): PluginInfo => selectors[type];

/** The arm with each selector in turn: its own options where it has them, else the defaults. */
export const armsOf = (arm: Arm): Arm[] =>
  Object.values(selectors).map((plugin) => ({
    ...arm,
    select:
      arm.select.type === plugin.type
        ? arm.select
        : ({ type: plugin.type, ...defaultsOf(plugin.fields) } as Arm['select']),
  }));

/** The experiment reduced to the one arm, so that nothing else is asked of data and model. */
export function soleSpec(spec: RunSpec, arm: Arm): RunSpec {
  const { primary: _primary, ...rest } = spec;
  return { ...rest, arms: [arm] };
}

export const problemWith = (arm: Arm, { spec, dataset, model, embedder }: Work['setting']): string | null =>
  armProblem(arm, optionsForm(dataset, spec.template ?? dataset.template)) ?? embedProblem(arm, model, embedder);

/** What every selector chooses for one query, and what the arm then answers. */
export async function chooseAll(
  work: Work,
  arm: Arm,
  query: Example,
  { signal, report, share }: Pick<JobTools<readonly Choice[]>, 'signal' | 'report' | 'share'>,
): Promise<readonly Choice[]> {
  const choices: Choice[] = [];
  const arms = armsOf(arm);
  for (const own of arms) {
    throwIfAborted(signal);
    const { type } = own.select;
    const problem = problemWith(own, work.setting);
    if (problem !== null) choices.push({ type, cell: null, problem });
    else {
      report(`Choosing: ${selectorInfo(type).title}`, choices.length, arms.length);
      const [cell] = await answerCells(work, [{ arm: own, trial: 0, query }]);
      choices.push({ type, cell: cell ?? null, problem: null });
    }
    share([...choices]);
  }
  return choices;
}
