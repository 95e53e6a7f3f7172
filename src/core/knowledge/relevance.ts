import { type Pairs, RelevancePool } from './relevance-pool.ts';

/** The sets and vectors of KER (METHODS 1.2). */
export interface LinkedText {
  readonly entities: ReadonlySet<string>;
  /** Mean of the entities' knowledge vectors; undefined where no entity has one. */
  readonly mean: Float64Array | undefined;
}

export interface KerOptions {
  /** Weight of the overlap term, in [0, 1]. */
  readonly alpha: number;
  /** Added to overlap and to its maximum. */
  readonly gamma: number;
  readonly squared: boolean;
  /** `target`: the maximum over the pool for one target. `all`: over all pairs. */
  readonly maximum: 'target' | 'all';
}

/** Knowledge relevance of each pool item to one target. Each array: [pool]. */
export interface RelevanceRow {
  readonly overlap: Float64Array;
  /** NaN where one of the texts has no vector; it then counts as the maximum. */
  readonly distance: Float64Array;
  /** d(i, j) of step 3. */
  readonly relevance: Float64Array;
}

interface Maxima {
  readonly overlap: number;
  readonly distance: number;
}

export function linkedText(
  entities: Iterable<string>,
  vectorOf: (entityId: string) => ArrayLike<number> | undefined,
): LinkedText {
  const set = new Set(entities);
  let mean: Float64Array | undefined;
  let count = 0;
  for (const id of set) {
    const vector = vectorOf(id);
    if (vector === undefined) continue;
    mean ??= new Float64Array(vector.length);
    for (let k = 0; k < vector.length; k++) mean[k] = (mean[k] as number) + (vector[k] as number);
    count++;
  }
  if (mean !== undefined) for (let k = 0; k < mean.length; k++) mean[k] = (mean[k] as number) / count;
  return { entities: set, mean };
}

/** Jaccard overlap; 0 where both sets are empty. */
export function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const id of a) if (b.has(id)) shared++;
  const union = a.size + b.size - shared;
  return union === 0 ? 0 : shared / union;
}

/** The largest number, 0 among them; NaN is none. */
export function largest(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value > most) most = value;
  }
  return most;
}

/**
 * Steps 1 to 3 of KER, one row a target, made when asked for.
 * Where no candidate overlaps the target, the overlap term is `alpha` for all (gamma / gamma), as the formula says.
 */
export function relevanceRows(
  pool: readonly LinkedText[],
  targets: readonly LinkedText[],
  { alpha, gamma, squared, maximum }: KerOptions,
): (targetIndex: number) => RelevanceRow {
  const laidOut = new RelevancePool(pool);
  const maxima = ({ overlap, distance }: Pairs): Maxima => ({ overlap: largest(overlap), distance: largest(distance) });
  const overall =
    maximum === 'all'
      ? targets
          .map((target) => maxima(laidOut.pairsWith(target, squared)))
          .reduce((a, b) => ({ overlap: Math.max(a.overlap, b.overlap), distance: Math.max(a.distance, b.distance) }), {
            overlap: 0,
            distance: 0,
          })
      : undefined;
  return (targetIndex) => {
    const target = targets[targetIndex];
    if (target === undefined) throw new RangeError(`no target ${targetIndex}`);
    const pairs = laidOut.pairsWith(target, squared);
    const max = overall ?? maxima(pairs);
    const relevance = pairs.overlap.map((value, i) => {
      const near = max.overlap + gamma === 0 ? 1 : (value + gamma) / (max.overlap + gamma);
      const d = pairs.distance[i] as number;
      const far = Number.isNaN(d) ? 1 : max.distance === 0 ? 0 : d / max.distance;
      return alpha * near + (1 - alpha) * (1 - far);
    });
    const spread = (values: Float64Array) => {
      const all = new Float64Array(pool.length);
      for (let i = 0; i < all.length; i++) all[i] = values[laidOut.entryOf[i] as number] as number;
      return all;
    };
    return { overlap: spread(pairs.overlap), distance: spread(pairs.distance), relevance: spread(relevance) };
  };
}

/** Step 4: the mean relevance of each pool item over the targets, and as weights that sum to one. Shape: [pool]. */
export function poolWeights(
  rows: (targetIndex: number) => RelevanceRow,
  poolSize: number,
  targetCount: number,
): { mean: Float64Array; weight: Float64Array } {
  const mean = new Float64Array(poolSize);
  for (let j = 0; j < targetCount; j++) {
    const { relevance } = rows(j);
    for (let i = 0; i < poolSize; i++) mean[i] = (mean[i] as number) + (relevance[i] as number) / targetCount;
  }
  const total = mean.reduce((a, b) => a + b, 0);
  return { mean, weight: mean.map((s) => (total === 0 ? 1 / poolSize : s / total)) };
}
