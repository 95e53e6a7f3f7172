import { kMeans } from '../demos/cluster.ts';
import type { Stream } from '../random/stream.ts';
import { logSumExp } from './logspace.ts';

/** One cluster of a Gaussian mixture with a full covariance. */
export interface Component {
  /** Share of the rows. */
  readonly weight: number;
  readonly mean: readonly number[];
  /** Lower triangle L of the covariance L L', row by row. */
  readonly root: readonly (readonly number[])[];
}

/** EM ends after so many rounds, or once the mean log-likelihood of a row gains less than this, in nats. */
const ROUNDS = 100;
const GAIN = 1e-3;

/** Added to each variance, as a share of the mean variance of all rows, so that no cluster collapses onto a point. */
const RIDGE = 1e-2;
const SMALLEST = 1e-6;

/** Log-density of a row under a component, in nats. */
export function logDensity({ mean, root }: Component, row: readonly number[]): number {
  let value = -0.5 * row.length * Math.log(2 * Math.PI);
  const solved: number[] = [];
  root.forEach((line, i) => {
    let rest = (row[i] as number) - (mean[i] as number);
    for (let j = 0; j < i; j++) rest -= (line[j] as number) * (solved[j] as number);
    const z = rest / (line[i] as number);
    solved.push(z);
    value -= Math.log(line[i] as number) + 0.5 * z * z;
  });
  return value;
}

/**
 * A Gaussian mixture of `count` components by EM from a k-means start (k-means++ seeds).
 * @param rows [row][dimension], at least one.
 */
export function fitMixture(rows: readonly (readonly number[])[], count: number, random: Stream): Component[] {
  const dimension = rows[0]?.length ?? 0;
  const all = rows.map(() => 1);
  const spread = moments(rows, all, rows.length).covariance.reduce((sum, line, i) => sum + (line[i] as number), 0);
  const ridge = SMALLEST + (RIDGE * spread) / dimension;
  const index = Array.from({ length: dimension }, (_, i) => i);
  const { of } = kMeans(
    rows.map((value) => ({ index, value })),
    dimension,
    count,
    random,
  );
  let shares: number[][] = Array.from({ length: count }, (_, k) => of.map((cluster) => (cluster === k ? 1 : 0)));
  let components: Component[] = [];
  let likelihood = -Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    components = shares.map((own) => component(rows, own, ridge));
    const before = likelihood;
    ({ shares, likelihood } = expectation(rows, components));
    if (likelihood - before < GAIN) break;
  }
  return components;
}

/** What each component takes of each row, [component][row], and the mean log-likelihood of a row. */
function expectation(rows: readonly (readonly number[])[], components: readonly Component[]) {
  const shares = components.map(() => [] as number[]);
  let likelihood = 0;
  for (const row of rows) {
    const logs = components.map((c) => Math.log(c.weight) + logDensity(c, row));
    const total = logSumExp(logs);
    likelihood += total / rows.length;
    shares.forEach((own, k) => {
      own.push(Math.exp((logs[k] as number) - total));
    });
  }
  return { shares, likelihood };
}

/** A component that has lost all its rows begins anew from all of them. */
function component(rows: readonly (readonly number[])[], shares: readonly number[], ridge: number): Component {
  const total = shares.reduce((a, b) => a + b, 0);
  if (total < 1e-9)
    return component(
      rows,
      rows.map(() => 1e-3),
      ridge,
    );
  const { mean, covariance } = moments(rows, shares, total);
  covariance.forEach((line, i) => {
    line[i] = (line[i] as number) + ridge;
  });
  return { weight: total / rows.length, mean, root: cholesky(covariance) };
}

function moments(rows: readonly (readonly number[])[], shares: readonly number[], total: number) {
  const dimension = rows[0]?.length ?? 0;
  const mean = new Array<number>(dimension).fill(0);
  rows.forEach((row, r) => {
    for (let i = 0; i < dimension; i++)
      mean[i] = (mean[i] as number) + ((shares[r] as number) * (row[i] as number)) / total;
  });
  const covariance = mean.map(() => new Array<number>(dimension).fill(0));
  rows.forEach((row, r) => {
    const share = (shares[r] as number) / total;
    if (share === 0) return;
    const off = row.map((x, i) => x - (mean[i] as number));
    covariance.forEach((line, i) => {
      for (let j = 0; j <= i; j++) line[j] = (line[j] as number) + share * (off[i] as number) * (off[j] as number);
    });
  });
  return { mean, covariance };
}

/** L of a positive definite L L', from its lower triangle. */
function cholesky(matrix: readonly (readonly number[])[]): number[][] {
  const root: number[][] = [];
  matrix.forEach((line, i) => {
    const own: number[] = [];
    for (let j = 0; j <= i; j++) {
      const other = j === i ? own : (root[j] as number[]);
      let rest = line[j] as number;
      for (let k = 0; k < j; k++) rest -= (own[k] as number) * (other[k] as number);
      own.push(j === i ? Math.sqrt(Math.max(rest, Number.MIN_VALUE)) : rest / (other[j] as number));
    }
    root.push(own);
  });
  return root;
}
