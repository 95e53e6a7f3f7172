import { canonicalJson } from '../hash.ts';
import type { Arm } from './spec.ts';

/** The parts of an arm that can differ between its levels. */
export const GRID_PARTS = [
  'select',
  'shots',
  'order',
  'ruminate',
  'tune',
  'calibrate',
  'answer',
  'score',
  'model',
] as const;
export type GridPart = (typeof GRID_PARTS)[number];

/** One value of a factor: a part of an arm as it stands in a spec. */
export interface Level<P extends GridPart = GridPart> {
  readonly name: string;
  readonly value: Arm[P];
}

/** A part of an arm and the values it takes. The first level is the one that others are compared with. */
export interface Factor<P extends GridPart = GridPart> {
  readonly part: P;
  readonly levels: readonly Level<P>[];
}

/** All combinations of the levels, the last factor changing fastest; the first arm has every first level. */
export function gridArms(base: Arm, factors: readonly Factor[]): Arm[] {
  let arms: { arm: Arm; at: number[]; names: string[] }[] = [{ arm: base, at: [], names: [] }];
  for (const { part, levels } of factors) {
    arms = arms.flatMap(({ arm, at, names }) =>
      levels.map(({ name, value }, i) => ({
        arm: { ...arm, [part]: value },
        at: [...at, i],
        names: [...names, name],
      })),
    );
  }
  return arms.map(({ arm, at, names }) => ({
    ...arm,
    id: `g-${at.join('-')}`,
    name: names.join(' × ').slice(0, 80),
  }));
}

/**
 * The factors whose every combination is one of the arms, each once; `null` where the arms are no such grid. So a grid
 * needs nothing in a link but its arms. Levels come in the order in which arms have them.
 */
export function factorsOf(arms: readonly Arm[]): Factor[] | null {
  const factors = GRID_PARTS.flatMap((part): Factor[] => {
    const values = new Map(arms.map((arm) => [canonicalJson(arm[part] ?? null), arm[part]]));
    if (values.size < 2) return [];
    return [{ part, levels: [...values.values()].map((value) => ({ name: levelName(part, value), value })) }];
  });
  const size = factors.reduce((product, { levels }) => product * levels.length, 1);
  const distinct = new Set(arms.map((arm) => canonicalJson(GRID_PARTS.map((part) => arm[part] ?? null))));
  return factors.length > 0 && size === arms.length && distinct.size === arms.length ? named(factors) : null;
}

/** Short names; two levels of one method are told apart by the options that differ. */
function levelName(part: GridPart, value: Arm[GridPart]): string {
  if (value === undefined) return part === 'tune' ? 'none' : "the experiment's model";
  if (typeof value !== 'object') return String(value);
  return 'type' in value ? value.type : value.id;
}

function named(factors: readonly Factor[]): Factor[] {
  return factors.map(({ part, levels }) => ({
    part,
    levels: levels.map(({ name, value }) => {
      const twins = levels.filter((other) => other.name === name).map((other) => (other.value ?? {}) as object);
      if (twins.length < 2) return { name, value };
      const differing = Object.entries((value ?? {}) as object).filter(([key, own]) =>
        twins.some((twin) => canonicalJson((twin as Record<string, unknown>)[key] ?? null) !== canonicalJson(own)),
      );
      return { name: `${name} ${differing.map(([key, own]) => `${key}=${own}`).join(' ')}`, value };
    }),
  }));
}

/** Places of an arm's levels, one a factor. */
export const levelsOf = (arm: Arm, factors: readonly Factor[]): number[] =>
  factors.map(({ part, levels }) => {
    const own = canonicalJson(arm[part] ?? null);
    return levels.findIndex(({ value }) => canonicalJson(value ?? null) === own);
  });
