import { type Stream, weightedDraw } from '../random/stream.ts';

/** A vector as its non-zero places, so that word vectors stay small. */
export interface SparseRow {
  readonly index: ArrayLike<number>;
  readonly value: ArrayLike<number>;
}

const ROUNDS = 50;

const norm2 = ({ value }: SparseRow): number => {
  let sum = 0;
  for (let k = 0; k < value.length; k++) sum += (value[k] as number) ** 2;
  return sum;
};

function dot(row: SparseRow, centre: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < row.value.length; k++) {
    sum += (row.value[k] as number) * (centre[row.index[k] as number] as number);
  }
  return sum;
}

function addTo(centre: Float64Array, row: SparseRow, weight: number): void {
  for (let k = 0; k < row.value.length; k++) {
    const at = row.index[k] as number;
    centre[at] = (centre[at] as number) + weight * (row.value[k] as number);
  }
}

const squared = (row: SparseRow, centre: Float64Array, centreNorm: number): number =>
  Math.max(0, norm2(row) - 2 * dot(row, centre) + centreNorm);

const normOf = (centre: Float64Array): number => centre.reduce((sum, x) => sum + x * x, 0);

export interface Clusters {
  /** Cluster of each row. */
  readonly of: readonly number[];
  /** Squared distance of each row to the centre of its cluster. */
  readonly distance: readonly number[];
}

/**
 * k-means by Lloyd's rounds from k-means++ seeds. Ties go to the lower cluster; a cluster that loses all its rows takes
 * the row that lies farthest from its centre.
 */
export function kMeans(rows: readonly SparseRow[], dimension: number, count: number, random: Stream): Clusters {
  let centres = seeds(rows, dimension, count, random);
  let now = assign(rows, centres);
  for (let round = 0; round < ROUNDS; round++) {
    centres = means(rows, now, dimension, centres.length);
    const next = assign(rows, centres);
    const same = next.of.every((cluster, i) => cluster === now.of[i]);
    now = next;
    if (same) break;
  }
  return now;
}

const dense = (row: SparseRow, dimension: number): Float64Array => {
  const centre = new Float64Array(dimension);
  addTo(centre, row, 1);
  return centre;
};

function seeds(rows: readonly SparseRow[], dimension: number, count: number, random: Stream): Float64Array[] {
  const first = rows[random.below(rows.length)] as SparseRow;
  const centres = [dense(first, dimension)];
  while (centres.length < Math.min(count, rows.length)) {
    const { distance } = assign(rows, centres);
    const [drawn = 0] = weightedDraw(distance, 1, random);
    centres.push(dense(rows[drawn] as SparseRow, dimension));
  }
  return centres;
}

function assign(rows: readonly SparseRow[], centres: readonly Float64Array[]): Clusters {
  const norms = centres.map(normOf);
  const of: number[] = [];
  const distance: number[] = [];
  for (const row of rows) {
    const all = centres.map((centre, c) => squared(row, centre, norms[c] as number));
    const least = Math.min(...all);
    of.push(all.indexOf(least));
    distance.push(least);
  }
  return { of, distance };
}

function means(rows: readonly SparseRow[], now: Clusters, dimension: number, count: number): Float64Array[] {
  const sizes = Array.from({ length: count }, (_, c) => now.of.filter((cluster) => cluster === c).length);
  const centres = sizes.map(() => new Float64Array(dimension));
  rows.forEach((row, i) => {
    const cluster = now.of[i] as number;
    addTo(centres[cluster] as Float64Array, row, 1 / (sizes[cluster] as number));
  });
  const farthest = now.distance.map((d, i) => ({ d, i })).sort((a, b) => b.d - a.d || a.i - b.i);
  return centres.map((centre, c) =>
    sizes[c] === 0 ? dense(rows[farthest.shift()?.i ?? 0] as SparseRow, dimension) : centre,
  );
}
