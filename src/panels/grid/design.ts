import { ORDERS } from '../../core/demos/order.ts';
import { canonicalJson } from '../../core/hash.ts';
import { defaultsOf } from '../../core/options.ts';
import { SCORES } from '../../core/prompt/verbalizer.ts';
import { type Factor, factorsOf, GRID_PARTS, type GridPart, gridArms } from '../../core/run/grid.ts';
import { type Arm, LIMITS, type RunSpec } from '../../core/run/spec.ts';
import { plugins, type Slot } from '../compare/edit.ts';

/** What each part of an arm takes in turn; a single value where it does not vary. The first is the one of the baseline. */
export type Design = { readonly [P in GridPart]: readonly Arm[P][] };

const same = (a: unknown, b: unknown): boolean => canonicalJson(a ?? null) === canonicalJson(b ?? null);

const designFrom = (valuesOf: (part: GridPart) => readonly Arm[GridPart][]): Design =>
  Object.fromEntries(GRID_PARTS.map((part) => [part, valuesOf(part)])) as Design;

/** The design of an experiment whose arms are all combinations of its levels; `null` for others. */
export function designOf({ arms }: Pick<RunSpec, 'arms'>): Design | null {
  const factors = arms.length === 1 ? [] : factorsOf(arms);
  if (factors === null) return null;
  return designFrom((part) => factors.find((f) => f.part === part)?.levels.map((l) => l.value) ?? [arms[0]?.[part]]);
}

/** All that the arms of an experiment have, to be combined. */
export const crossed = ({ arms }: Pick<RunSpec, 'arms'>): Design =>
  designFrom((part) => [...new Map(arms.map((arm) => [canonicalJson(arm[part] ?? null), arm[part]])).values()]);

export const sizeOf = (design: Design): number =>
  GRID_PARTS.reduce((product, part) => product * design[part].length, 1);

const SLOTS: ReadonlySet<string> = new Set<Slot>(['select', 'ruminate', 'tune', 'calibrate', 'answer']);

export const isSlot = (part: GridPart): part is Slot => SLOTS.has(part);

const PLAIN: Readonly<Partial<Record<Slot, string>>> = {
  ruminate: 'Nothing recalled',
  tune: 'Not tuned',
  calibrate: 'Not calibrated',
};

/** A value of a part in words. */
function valueName(part: GridPart, value: Arm[GridPart]): string {
  if (part === 'shots') return `${value} ${value === 1 ? 'shot' : 'shots'}`;
  if (part === 'order') return ORDERS.find((order) => order.value === value)?.label ?? String(value);
  if (part === 'score') return SCORES.find((score) => score.value === value)?.label ?? String(value);
  if (!isSlot(part)) return typeof value === 'object' && 'id' in value ? value.id : "the experiment's model";
  const type = typeof value === 'object' && 'type' in value ? value.type : 'none';
  if (type === 'none') return PLAIN[part] ?? type;
  return plugins[part].find((plugin) => plugin.type === type)?.title ?? type;
}

/** The factors of arms that are a grid, in words; levels of one method are told apart by the options that differ. */
export function namedFactors(arms: readonly Arm[]): Factor[] | null {
  const factors = factorsOf(arms);
  if (factors === null) return null;
  return factors.map(({ part, levels }) => ({
    part,
    levels: levels.map(({ name, value }) => {
      const options = name.includes('=') ? `, ${name.slice(name.indexOf(' ') + 1)}` : '';
      return { name: `${valueName(part, value)}${options}`, value };
    }),
  }));
}

/** The names of a part's levels in an experiment of this design. */
export const levelNames = ({ arms }: Pick<RunSpec, 'arms'>, design: Design, part: GridPart): string[] =>
  namedFactors(arms)
    ?.find((factor) => factor.part === part)
    ?.levels.map(({ name }) => name) ?? design[part].map((value) => valueName(part, value));

/** The experiment with all combinations of a design as its arms. A primary comparison was of other arms, and goes. */
export function withDesign({ primary: _primary, ...spec }: RunSpec, design: Design): RunSpec {
  const [first] = spec.arms;
  const base = { ...first } as Record<GridPart, unknown>;
  for (const part of GRID_PARTS) {
    const [value] = design[part];
    if (value === undefined) delete base[part];
    else base[part] = value;
  }
  const arm = base as unknown as Arm;
  const factors = GRID_PARTS.filter((part) => design[part].length > 1).map(
    (part): Factor => ({ part, levels: design[part].map((value) => ({ name: '', value })) }),
  );
  if (factors.length === 0) return { ...spec, arms: [{ ...arm, id: 'g-0', name: valueName('select', arm.select) }] };
  const arms = gridArms(arm, factors);
  return { ...spec, arms: gridArms(arm, namedFactors(arms) ?? factors) };
}

const withLevels = (design: Design, part: GridPart, levels: readonly Arm[GridPart][]): Design => ({
  ...design,
  [part]: levels,
});

/** One level more; the same design where it is there already or there is no room for it. */
export function addLevel(design: Design, part: GridPart, value: Arm[GridPart]): Design {
  if (design[part].some((level) => same(level, value))) return design;
  const more = withLevels(design, part, [...design[part], value]);
  return sizeOf(more) > LIMITS.arms ? design : more;
}

/** A method with its default options, as a level; an arm that is not tuned says nothing of it. */
export function methodLevel(part: Slot, type: string): Arm[Slot] | null {
  if (part === 'tune' && type === 'none') return undefined;
  const plugin = plugins[part].find((p) => p.type === type);
  return plugin === undefined ? null : ({ type, ...defaultsOf(plugin.fields) } as Arm[Slot]);
}

export const removeLevel = (design: Design, part: GridPart, at: number): Design =>
  design[part].length < 2
    ? design
    : withLevels(
        design,
        part,
        (design[part] as readonly Arm[GridPart][]).filter((_, i) => i !== at),
      );

/** Makes a level the one that the others are compared with. */
export function firstLevel(design: Design, part: GridPart, at: number): Design {
  const levels = [...(design[part] as readonly Arm[GridPart][])];
  return withLevels(design, part, [...levels.splice(at, 1), ...levels]);
}

/** Another option of a method; the same design where that would make two levels alike. */
export function withLevelOption(
  design: Design,
  part: Slot,
  at: number,
  name: string,
  value: number | boolean | string,
): Design {
  const changed = { ...design[part][at], [name]: value } as Arm[Slot];
  if (design[part].some((level) => same(level, changed))) return design;
  return withLevels(
    design,
    part,
    (design[part] as readonly Arm[Slot][]).map((level, i) => (i === at ? changed : level)),
  );
}
