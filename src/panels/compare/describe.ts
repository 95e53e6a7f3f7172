import type { Dataset } from '../../core/data/example.ts';
import { canonicalJson } from '../../core/hash.ts';
import { optionsForm } from '../../core/prompt/answers.ts';
import { SCORES } from '../../core/prompt/verbalizer.ts';
import { answererOf } from '../../core/run/methods.ts';
import { type Preset, presets } from '../../core/run/presets.ts';
import type { Arm, RunSpec } from '../../core/run/spec.ts';
import type { LearnRecord } from '../../core/tuning/tuner.ts';
import { count, fixed, plural } from '../../ui/format.ts';
import type { Results } from '../host.ts';
import { pluginOf } from './edit.ts';

const WORDS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten', 'Eleven', 'Twelve'];

const inWords = (n: number): string => WORDS[n] ?? String(n);

const list = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

const differs = (spec: RunSpec, part: (arm: Arm) => unknown): boolean =>
  new Set(spec.arms.map((arm) => canonicalJson(part(arm)))).size > 1;

export const queriesOf = (spec: RunSpec, dataset: Dataset | undefined): number | null => {
  const size = dataset?.evalSet.length;
  return size === undefined ? (spec.limit ?? null) : Math.min(spec.limit ?? size, size);
};

/** What the experiment does, in one sentence: what its arms differ in, and on what they are asked. */
export function sentenceOf(spec: RunSpec, dataset: Dataset | undefined): string {
  const first = spec.arms[0] as Arm;
  const shots = differs(spec, (arm) => arm.shots) ? null : first.shots;
  const examples = shots === null ? 'the examples' : plural(shots, 'example');
  const done: string[] = [];
  if (differs(spec, (arm) => arm.select)) done.push(`choosing ${examples}`);
  if (shots === null) done.push('setting the number of examples');
  if (differs(spec, (arm) => arm.order)) done.push('ordering them');
  if (differs(spec, (arm) => arm.ruminate)) done.push('recalling something first');
  if (differs(spec, (arm) => arm.tune ?? null)) done.push('tuning the model');
  if (differs(spec, (arm) => arm.calibrate)) done.push('calibrating the answer');
  if (differs(spec, (arm) => [arm.answer, arm.score])) done.push('reading off the answer');
  const n = queriesOf(spec, dataset);
  const asked = `the same ${n === null ? 'items' : plural(n, 'item')}${dataset === undefined ? '' : ` of ${dataset.title}`}`;
  if (spec.arms.length === 1) return `One way to prompt a small language model, asked ${asked}.`;
  const ways = `${inWords(spec.arms.length)} ways`;
  return done.length === 0
    ? `${ways} to prompt, all set up alike, asked ${asked}.`
    : `${ways} of ${list(done)}, asked ${asked}.`;
}

/** The set-up of an arm in a few words. */
export function armLine(arm: Arm): string {
  const chooses = !answererOf(arm).ignores.includes('select');
  const demos = arm.shots === 0 ? 'no demos' : `${pluginOf('select', arm).title}, ${plural(arm.shots, 'shot')}`;
  const parts = chooses ? [demos] : [];
  if (arm.ruminate.type !== 'none') parts.push(pluginOf('ruminate', arm).title);
  if (arm.tune !== undefined) parts.push(pluginOf('tune', arm).title);
  if (arm.calibrate.type !== 'none') parts.push(pluginOf('calibrate', arm).title);
  if (arm.answer.type !== 'model') parts.push(pluginOf('answer', arm).title);
  if (arm.score !== 'sum') parts.push(SCORES.find((s) => s.value === arm.score)?.label ?? arm.score);
  return parts.join(' · ');
}

/** What the gain of an arm cost before its first answer. */
export const learnedLine = ({ items, tokens, firstLoss, lastLoss }: LearnRecord): string =>
  `after ${count(tokens)} tokens of training, on ${plural(items, 'pool item')}; loss ${fixed(firstLoss, 2)} to ${fixed(lastLoss, 2)}`;

const bare = ({ data, model: _model, ...spec }: RunSpec): string => canonicalJson({ ...spec, data: data.id });

/** The preset that this experiment is, if it was not changed. */
export const presetOf = (spec: RunSpec): Preset | undefined => presets.find((p) => bare(p.spec) === bare(spec));

/** Whether the labels of a run are classes: the letters of options that are asked by their text are none. */
export const hasClasses = ({ experiment: { spec }, dataset }: Pick<Results, 'experiment' | 'dataset'>): boolean =>
  optionsForm(dataset, spec.template ?? dataset.template) !== 'cloze';
