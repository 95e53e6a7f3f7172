import { answerers } from '../../core/answer/registry.ts';
import { calibrators } from '../../core/calibration/registry.ts';
import type { OptionsForm, Template } from '../../core/data/example.ts';
import { isEntropyOrder, type Order } from '../../core/demos/order.ts';
import { selectors } from '../../core/demos/registry.ts';
import { defaultsOf, type PluginInfo } from '../../core/options.ts';
import { ruminations } from '../../core/rumination/registry.ts';
import { answererOf, calibratorOf, scoresText } from '../../core/run/methods.ts';
import type { Arm, RunSpec } from '../../core/run/spec.ts';
import { tuners } from '../../core/tuning/registry.ts';

/** The things of an arm that are plug-ins. */
export type Slot = 'select' | 'ruminate' | 'tune' | 'calibrate' | 'answer';

export const plugins: Readonly<Record<Slot, readonly PluginInfo[]>> = {
  select: Object.values(selectors),
  ruminate: Object.values(ruminations),
  tune: Object.values(tuners),
  calibrate: Object.values(calibrators),
  answer: Object.values(answerers),
};

/** The type of what stands in a slot. */
export const typeIn = (slot: Slot, arm: Arm): string => arm[slot]?.type ?? 'none';

export function pluginOf(slot: Slot, arm: Arm): PluginInfo {
  const type = typeIn(slot, arm);
  const found = plugins[slot].find((plugin) => plugin.type === type);
  if (found === undefined) throw new Error(`no ${slot} plug-in "${type}"`);
  return found;
}

export type ArmChange = (arm: Arm) => Arm;

export const renamed =
  (name: string): ArmChange =>
  (arm) => ({ ...arm, name });

export const withShots =
  (shots: number): ArmChange =>
  (arm) => ({ ...arm, shots });

export const withOrder =
  (order: Order): ArmChange =>
  (arm) => ({ ...arm, order });

export const withScore =
  (score: Arm['score']): ArmChange =>
  (arm) => ({ ...arm, score });

/** An arm that asks the model as it is says nothing of tuning. */
function untuned({ tune: _tune, ...arm }: Arm): Arm {
  return arm;
}

/** What another way of answering makes senseless is taken out of the arm. */
function fitting(arm: Arm): Arm {
  const ignored = answererOf(arm).ignores;
  const calibrates = !scoresText(answererOf(arm)) || calibratorOf(arm).reference !== undefined;
  return {
    ...(ignored.includes('tune') ? untuned(arm) : arm),
    ...(ignored.includes('ruminate') ? { ruminate: { type: 'none' as const } } : {}),
    ...(ignored.includes('calibrate') || !calibrates ? { calibrate: { type: 'none' as const } } : {}),
    ...(isEntropyOrder(arm.order) ? { order: 'nearest-last' as const } : {}),
  };
}

/** Another plug-in in a slot, with its defaults. The registry knows the type of its options; here it is erased. */
export const withPlugin =
  (slot: Slot, type: string): ArmChange =>
  (arm) => {
    const plugin = plugins[slot].find((p) => p.type === type);
    if (plugin === undefined) return arm;
    if (slot === 'tune' && type === 'none') return untuned(arm);
    const changed = { ...arm, [slot]: { type, ...defaultsOf(plugin.fields) } } as Arm;
    return slot === 'answer' && type !== 'model' ? fitting(changed) : changed;
  };

export const withOption =
  (slot: Slot, name: string, value: number | boolean | string): ArmChange =>
  (arm) =>
    ({ ...arm, [slot]: { ...arm[slot], [name]: value } }) as Arm;

export const changeArm = (spec: RunSpec, id: string, change: ArmChange): RunSpec => ({
  ...spec,
  arms: spec.arms.map((arm) => (arm.id === id ? change(arm) : arm)),
});

const freshId = (spec: RunSpec): string => {
  const taken = new Set(spec.arms.map((arm) => arm.id));
  let n = spec.arms.length + 1;
  while (taken.has(`arm-${n}`)) n++;
  return `arm-${n}`;
};

/** More cannot be told apart side by side; a grid has a panel of its own. */
const BY_HAND = 12;

export const canAdd = (spec: RunSpec): boolean => spec.arms.length < BY_HAND;

export function addArm(spec: RunSpec): RunSpec {
  if (!canAdd(spec)) return spec;
  const id = freshId(spec);
  const arm: Arm = {
    id,
    name: `Arm ${spec.arms.length + 1}`,
    select: { type: 'balanced' },
    shots: spec.arms[0]?.shots ?? 8,
    order: 'nearest-last',
    ruminate: { type: 'none' },
    calibrate: { type: 'none' },
    answer: { type: 'model' },
    score: 'sum',
  };
  return { ...spec, arms: [...spec.arms, arm] };
}

/** A copy right after the arm, to change one thing in. */
export function duplicateArm(spec: RunSpec, id: string): RunSpec {
  if (!canAdd(spec)) return spec;
  const copy = freshId(spec);
  return {
    ...spec,
    arms: spec.arms.flatMap((arm) =>
      arm.id === id ? [arm, { ...arm, id: copy, name: `${arm.name}, copy`.slice(0, 80) }] : [arm],
    ),
  };
}

/** Other arms; a primary comparison that they leave without meaning is dropped. */
function withArms(spec: RunSpec, arms: readonly Arm[]): RunSpec {
  const { primary, ...rest } = spec;
  const kept = arms.slice(1).some((arm) => arm.id === primary) ? { primary } : {};
  return { ...rest, ...kept, arms: [...arms] };
}

export const removeArm = (spec: RunSpec, id: string): RunSpec =>
  spec.arms.length < 2
    ? spec
    : withArms(
        spec,
        spec.arms.filter((arm) => arm.id !== id),
      );

/** Names the comparison of an arm with the first as the primary one; an empty id takes that back. */
export function withPrimary(spec: RunSpec, id: string): RunSpec {
  const { primary: _primary, ...rest } = spec;
  return id === '' ? rest : { ...rest, primary: id };
}

/** Swaps the arm with its neighbour; `by` is -1 or 1. The first arm is the baseline. */
export function moveArm(spec: RunSpec, id: string, by: -1 | 1): RunSpec {
  const from = spec.arms.findIndex((arm) => arm.id === id);
  const to = from + by;
  if (from < 0 || to < 0 || to >= spec.arms.length) return spec;
  const arms = [...spec.arms];
  const moved = arms.splice(from, 1);
  arms.splice(to, 0, ...moved);
  return withArms(spec, arms);
}

/** How the options of a question set are asked: a change of its wording. */
export const withOptionsForm = (spec: RunSpec, template: Template, options: OptionsForm): RunSpec => ({
  ...spec,
  template: { ...(spec.template ?? template), inputNames: [...(spec.template ?? template).inputNames], options },
});

/** Another set brings its own wording and its own size. */
export function withData(spec: RunSpec, id: string): RunSpec {
  const { template: _template, ...rest } = spec;
  return { ...rest, data: { id } };
}
