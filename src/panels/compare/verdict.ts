import type { Dataset } from '../../core/data/example.ts';
import type { CellRecord } from '../../core/run/record.ts';
import type { PairedTest } from '../../core/run/summary.ts';
import { pValue } from '../../ui/format.ts';

/** Below this an exact two-sided p is called a difference. */
const LEVEL = 0.05;

const equals = (p: number): string => (p < 0.001 ? `p ${pValue(p)}` : `p = ${pValue(p)}`);

/** The paired comparison with the first arm as a sentence. */
export function verdict({ gained, lost, p }: PairedTest, preliminary: boolean): string {
  if (gained + lost === 0) return 'Right and wrong on the very same items.';
  const counts = `${gained} more right, ${lost} fewer`;
  if (preliminary) return `${counts} so far.`;
  if (p >= LEVEL) return `${counts}: the data cannot tell these apart (${equals(p)}).`;
  return `${counts}: ${gained > lost ? 'better' : 'worse'} on these items (${equals(p)}).`;
}

/** Accuracy that needs no model: guessing, and always saying the commonest label of the queries answered so far. */
export function floors(dataset: Dataset, cells: readonly CellRecord[]): { chance: number; majority: number } {
  const gold = new Map(cells.map((cell) => [cell.queryId, cell.gold]));
  const counts = new Map<string, number>();
  for (const label of gold.values()) counts.set(label, (counts.get(label) ?? 0) + 1);
  const chance = 1 / dataset.labels.length;
  return { chance, majority: gold.size === 0 ? chance : Math.max(...counts.values()) / gold.size };
}
