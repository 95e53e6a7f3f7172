import type { Dataset, Example } from '../../core/data/example.ts';
import { guardPool } from '../../core/data/leak.ts';
import { linkedExamples } from '../../core/demos/linked.ts';
import {
  type KerOptions,
  type LinkedText,
  poolWeights,
  type RelevanceRow,
  relevanceRows,
} from '../../core/knowledge/relevance.ts';
import type { Knowledge } from '../../core/knowledge/types.ts';

/** Pool and queries of a run with what links them; none of it depends on the options of KER. */
export interface Linked {
  readonly pool: readonly Example[];
  readonly queries: readonly Example[];
  readonly poolLinks: readonly LinkedText[];
  readonly queryLinks: readonly LinkedText[];
}

export function linkedRun(dataset: Dataset, limit: number | undefined, knowledge: Knowledge): Linked {
  const { pool } = guardPool(dataset.demoPool, dataset.evalSet);
  const queries = dataset.evalSet.slice(0, limit ?? dataset.evalSet.length);
  return {
    pool,
    queries,
    poolLinks: linkedExamples(knowledge, pool),
    queryLinks: linkedExamples(knowledge, queries),
  };
}

/** Share of the texts with at least one entity. */
export const coverage = (links: readonly LinkedText[]): number =>
  links.length === 0 ? 0 : links.filter(({ entities }) => entities.size > 0).length / links.length;

export interface KerView {
  /** One row a query. */
  readonly rows: readonly RelevanceRow[];
  /** Pool weights of step 4; they sum to one. Shape: [pool]. */
  readonly weight: Float64Array;
  /** Pool indices, the heaviest first. */
  readonly order: readonly number[];
  /** What overlap and distance are divided by, for each query. */
  readonly maxima: readonly { readonly overlap: number; readonly distance: number }[];
  /** exp of the entropy of the weights: as many equal items would be as uncertain. */
  readonly effective: number;
}

const largest = (values: Float64Array): number => values.reduce((m, x) => (Number.isNaN(x) ? m : Math.max(m, x)), 0);

export function kerView({ poolLinks, queryLinks }: Linked, options: KerOptions): KerView {
  const rowOf = relevanceRows(poolLinks, queryLinks, options);
  const rows = queryLinks.map((_, j) => rowOf(j));
  const { weight } = poolWeights((j) => rows[j] as RelevanceRow, poolLinks.length, rows.length);
  const own = rows.map((row) => ({ overlap: largest(row.overlap), distance: largest(row.distance) }));
  const all = {
    overlap: Math.max(0, ...own.map((m) => m.overlap)),
    distance: Math.max(0, ...own.map((m) => m.distance)),
  };
  const order = Array.from(weight, (_, i) => i).sort((a, b) => (weight[b] as number) - (weight[a] as number) || a - b);
  const entropy = weight.reduce((sum, w) => (w > 0 ? sum - w * Math.log(w) : sum), 0);
  return {
    rows,
    weight,
    order,
    maxima: options.maximum === 'all' ? own.map(() => all) : own,
    effective: Math.exp(entropy),
  };
}

/** Nearness in the knowledge embedding, in [0, 1]: the second term of the relevance without its weight. */
export const nearness = (distance: number, maximum: number): number =>
  Number.isNaN(distance) ? 0 : maximum === 0 ? 1 : 1 - distance / maximum;

/** Largest and smallest value, for a scale of colours. */
export function rangeOf(rows: readonly RelevanceRow[]): { low: number; high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const { relevance } of rows) {
    for (const value of relevance) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return rows.length === 0 ? { low: 0, high: 1 } : { low, high };
}
