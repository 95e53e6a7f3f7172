import { type Factor, type GridPart, levelsOf } from '../../core/run/grid.ts';
import type { Arm } from '../../core/run/spec.ts';

/** One table of a grid: all levels of two factors, at one level of every other. */
export interface GridTable {
  /** The levels that are the same in all of it; empty where there are only two factors. */
  readonly name: string;
  /** Shape: [levels of the row factor][levels of the column factor]. */
  readonly arms: readonly (readonly Arm[])[];
}

/** The parts that rows and columns stand for at first: choice of demos down, calibration across, where both vary. */
export function axesOf(
  factors: readonly Factor[],
  rows?: string,
  columns?: string,
): { rows: GridPart; columns: GridPart | null } {
  const parts = factors.map(({ part }) => part);
  const first = parts.find((part) => part === rows) ?? (parts[0] as GridPart);
  const rest = parts.filter((part) => part !== first);
  const second = rest.find((part) => part === columns) ?? rest.find((part) => part === 'calibrate') ?? rest[0] ?? null;
  return { rows: first, columns: second };
}

/** Every arm of a grid in its place. One factor alone has one column. */
export function tablesOf(
  arms: readonly Arm[],
  factors: readonly Factor[],
  axes: { readonly rows: GridPart; readonly columns: GridPart | null },
): GridTable[] {
  const at = (part: GridPart | null) => factors.findIndex((factor) => factor.part === part);
  const [r, c] = [at(axes.rows), at(axes.columns)];
  const tables = new Map<string, { name: string; arms: Arm[][] }>();
  for (const arm of arms) {
    const levels = levelsOf(arm, factors);
    const others = levels.filter((_, f) => f !== r && f !== c);
    const key = others.join('-');
    const name = factors
      .filter((_, f) => f !== r && f !== c)
      .map((factor, i) => factor.levels[others[i] as number]?.name)
      .join(' · ');
    const table = tables.get(key) ?? { name, arms: [] };
    tables.set(key, table);
    const row = table.arms[levels[r] as number] ?? [];
    table.arms[levels[r] as number] = row;
    row[c < 0 ? 0 : (levels[c] as number)] = arm;
  }
  return [...tables.values()];
}

const STEP = 0.05;
/** A narrower scale would paint noise. */
const NARROWEST = 0.2;

/** From where to where the colours run: round shares about the accuracies that there are. */
export function heatScale(accuracies: readonly number[]): { low: number; high: number } {
  if (accuracies.length === 0) return { low: 0, high: 1 };
  const round = (x: number) => Math.round(x / STEP) * STEP;
  let low = round(Math.floor(Math.min(...accuracies) / STEP) * STEP);
  let high = round(Math.ceil(Math.max(...accuracies) / STEP) * STEP);
  while (high - low < NARROWEST - STEP / 2) {
    if (high < 1 - STEP / 2) high = round(high + STEP);
    if (high - low < NARROWEST - STEP / 2 && low > STEP / 2) low = round(low - STEP);
  }
  return { low, high };
}
