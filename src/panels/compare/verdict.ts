import { asksOptions, type Dataset } from '../../core/data/example.ts';
import type { CellRecord } from '../../core/run/record.ts';
import type { PairedTest } from '../../core/run/summary.ts';
import { pValue } from '../../ui/format.ts';

/** Below this an exact two-sided p is called a difference. */
const LEVEL = 0.05;

const equals = (p: number): string => (p < 0.001 ? `p ${pValue(p)}` : `p = ${pValue(p)}`);

/** The paired comparison with the first arm as a sentence; its p is corrected for the other comparisons of the run. */
export function verdict({ gained, lost, adjustedP, family }: PairedTest, preliminary: boolean): string {
  if (gained + lost === 0) return 'Right and wrong on the very same items.';
  const counts = `${gained} more right, ${lost} fewer`;
  if (preliminary) return `${counts} so far.`;
  const p = `${equals(adjustedP)}${family > 1 ? `, Holm over ${family}` : ''}`;
  if (adjustedP >= LEVEL) return `${counts}: the data cannot tell these apart (${p}).`;
  return `${counts}: ${gained > lost ? 'better' : 'worse'} on these items (${p}).`;
}

/** What a run of this size could show at all, from the comparison that it is about or the first one. */
export function powerLine(tests: readonly (PairedTest | null)[]): string | null {
  const shown = tests.filter((test) => test !== null);
  const test = shown.find((t) => t.primary) ?? shown[0];
  if (test === undefined || test.gained + test.lost === 0) return null;
  const { n, gained, lost, detectable } = test;
  const share = `${Math.round(((gained + lost) / n) * 100)} %`;
  const assumed = `the share of queries that only one of the two arms gets right is ${share}, as here`;
  return detectable === null
    ? `With n = ${n} no gap can be seen if ${assumed}.`
    : `With n = ${n} you can see a gap of ${Math.ceil(detectable * 100)} points, in four of five such runs, if ${assumed}.`;
}

/**
 * Accuracy that needs no model: guessing, and always saying the commonest label of the queries answered so far. Questions
 * have no label in common, so that for them there is only guessing.
 */
export function floors(dataset: Dataset, cells: readonly CellRecord[]): { chance: number; majority: number } {
  const gold = new Map(cells.map((cell) => [cell.queryId, cell.gold]));
  const counts = new Map<string, number>();
  for (const label of gold.values()) counts.set(label, (counts.get(label) ?? 0) + 1);
  const { evalSet, labels } = dataset;
  const mean = evalSet.reduce((sum, { options }) => sum + 1 / (options ?? labels).length, 0) / evalSet.length;
  const chance = asksOptions(dataset) ? mean : 1 / labels.length;
  if (gold.size === 0 || asksOptions(dataset)) return { chance, majority: chance };
  return { chance, majority: Math.max(...counts.values()) / gold.size };
}
