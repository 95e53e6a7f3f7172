import { throwIfAborted } from '../../core/model/engine-error.ts';
import type { LanguageModel } from '../../core/model/language-model.ts';
import { defaultsOf } from '../../core/options.ts';
import { optionsForm } from '../../core/prompt/answers.ts';
import { shifts } from '../../core/rumination/combine.ts';
import { ruminations } from '../../core/rumination/registry.ts';
import type { Rumination } from '../../core/rumination/rumination.ts';
import { effectsOf } from '../../core/run/attribution.ts';
import type { Cell, Work } from '../../core/run/cell.ts';
import { answerCells } from '../../core/run/cells.ts';
import type { CellRecord } from '../../core/run/record.ts';
import { abilityProblem, armProblem } from '../../core/run/rules.ts';
import type { Arm, RunSpec } from '../../core/run/spec.ts';
import type { JobTools } from '../job.ts';

export type Ruminate = Arm['ruminate'];

export type RuminationInfo = Pick<
  Rumination,
  'type' | 'title' | 'summary' | 'source' | 'evidence' | 'fields' | 'kind' | 'needs'
>;

export const ruminationInfo = (type: string): RuminationInfo => ruminations[type as Ruminate['type']];

/** One way to recall, on one query. */
export interface EffectRow {
  readonly ruminate: Ruminate;
  /** `null` where it cannot be used. */
  readonly cell: CellRecord | null;
  /** What each piece alone does to each label, in nats; `null` where there are no pieces of text. */
  readonly effects: readonly (readonly number[])[] | null;
  readonly problem: string | null;
}

/** Learning takes seconds: it waits until somebody wants to see it. */
export const isSlow = (type: string): boolean => ruminationInfo(type).needs.includes('train');

/** Every rumination with its defaults; the one that the arm has with the arm's options; all with what was changed here. */
export function waysFor(arm: Arm, changed: ReadonlyMap<string, Ruminate>): Ruminate[] {
  return Object.values(ruminations).map((plugin) => {
    const preset = { type: plugin.type, ...defaultsOf(plugin.fields) } as Ruminate;
    return changed.get(plugin.type) ?? (arm.ruminate.type === plugin.type ? arm.ruminate : preset);
  });
}

/** The experiment reduced to one arm that the model answers, neither ruminating nor calibrated. */
export function bareSpec(spec: RunSpec, arm: Arm): RunSpec {
  const { primary: _primary, ...rest } = spec;
  return { ...rest, arms: [bareArm(arm)] };
}

export const bareArm = ({ tune: _tune, ...arm }: Arm): Arm => ({
  ...arm,
  ruminate: { type: 'none' },
  calibrate: { type: 'none' },
  answer: { type: 'model' },
});

function problemOf(arm: Arm, work: Work, model: LanguageModel): string | null {
  const { spec, dataset, knowledge } = work.setting;
  const problem =
    abilityProblem(arm, model) ?? armProblem(arm, optionsForm(dataset, spec.template ?? dataset.template));
  if (problem !== null) return problem;
  if (ruminations[arm.ruminate.type].needsKnowledge && knowledge.triples.length === 0)
    return 'The knowledge base holds no facts.';
  return null;
}

/**
 * Answers one query each way; the rows come as they are done.
 * @param wanted a slow way that is asked for all the same.
 */
export async function inspectQuery(
  work: Work,
  base: Cell,
  ways: readonly Ruminate[],
  wanted: string,
  { materials, signal, report, share }: JobTools<readonly EffectRow[]>,
): Promise<readonly EffectRow[]> {
  const rows: EffectRow[] = [];
  const now = ways.filter(({ type }) => !isSlow(type) || type === wanted);
  for (const ruminate of now) {
    throwIfAborted(signal);
    report(ruminationInfo(ruminate.type).title, rows.length, now.length);
    rows.push(await inspectOne(work, { ...base, arm: { ...base.arm, ruminate } }, materials.model));
    share([...rows]);
  }
  return rows;
}

async function inspectOne(work: Work, cell: Cell, model: LanguageModel): Promise<EffectRow> {
  const { ruminate } = cell.arm;
  const problem = problemOf(cell.arm, work, model);
  if (problem !== null) return { ruminate, cell: null, effects: null, problem };
  try {
    const [record] = await answerCells(work, [cell]);
    const pieces = record?.review?.pieces ?? [];
    const plain = { ...cell, arm: { ...cell.arm, ruminate: { type: 'none' } } } satisfies Cell;
    const effects = pieces.length === 0 ? null : await effectsOf(work, plain, pieces);
    return { ruminate, cell: record ?? null, effects, problem: null };
  } catch (error) {
    // What the rumination refuses for these data is its own row's matter; what fails in the engine is everybody's.
    if (error instanceof Error && error.name === 'KnowshotError')
      return { ruminate, cell: null, effects: null, problem: error.message };
    throw error;
  }
}

/** How the log-probability of the right answer moved against answering at once, over the labels, in nats. */
export function shiftOfRight(row: CellRecord, plain: CellRecord, right: number): number | null {
  if (row.labelLogprobs.length === 0 || plain.labelLogprobs.length === 0) return null;
  return shifts(row.labelLogprobs, plain.labelLogprobs)[right] ?? null;
}

export interface Spent {
  /** Read before the answer's own prompts, and written. */
  readonly read: number;
  readonly written: number;
  /** Of the prompts that are answered. */
  readonly asked: number;
}

export function spentOn({ review, promptTokens }: CellRecord): Spent {
  const { read = 0, written = 0, asks } = review ?? {};
  return { read, written, asked: asks?.reduce((sum, ask) => sum + ask.promptTokens, 0) ?? promptTokens };
}

export const totalOf = ({ read, written, asked }: Spent): number => read + written + asked;

/** The experiment whose arms differ in rumination alone: none, one way, and the controls that it has to beat. */
export function withControls(spec: RunSpec, { tune: _tune, ...arm }: Arm, ruminate: Ruminate): RunSpec {
  const { primary: _primary, ...rest } = spec;
  const controls = Object.values(ruminations).filter(({ kind, type }) => kind === 'control' && type !== ruminate.type);
  const ways: Ruminate[] = [
    { type: 'none' },
    ruminate,
    ...controls.map((plugin) => ({ type: plugin.type, ...defaultsOf(plugin.fields) }) as Ruminate),
  ];
  return {
    ...rest,
    arms: ways.map((way, i) => ({
      ...arm,
      answer: { type: 'model' },
      id: `r-${i + 1}`,
      name: ruminationInfo(way.type).title.slice(0, 80),
      ruminate: way,
    })),
    primary: 'r-2',
  };
}
