import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Smallest, middle and largest of the runs; the middle is the figure, the others its spread. */
export interface Spread {
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

export interface BenchResult {
  readonly id: string;
  readonly title: string;
  readonly goal: string;
  /** The figure that stands in the table, with its spread, as text. */
  readonly figure: string;
  readonly met: boolean | null;
  readonly notes: readonly string[];
  /** All that was measured, run by run. */
  readonly raw: unknown;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median =
    sorted.length % 2 === 1
      ? (sorted[middle] as number)
      : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
  return { low: sorted[0] as number, median, high: sorted[sorted.length - 1] as number };
}

export async function seconds(job: () => unknown): Promise<number> {
  const start = performance.now();
  await job();
  return (performance.now() - start) / 1000;
}

/** Seconds of each job in each round. The jobs of a round follow each other, in turn first and last, so that drift hits all alike. */
export async function paired<K extends string>(
  jobs: Record<K, () => unknown>,
  rounds = 5,
): Promise<Record<K, number[]>> {
  const names = Object.keys(jobs) as K[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) times[name].push(await seconds(jobs[name]));
  }
  return times;
}

/** b / a, round by round. */
export const ratios = (a: readonly number[], b: readonly number[]): Spread =>
  spread(a.map((value, i) => (b[i] as number) / value));

export const text = ({ low, median, high }: Spread, digits = 1, unit = ''): string =>
  `${median.toFixed(digits)}${unit} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;

/** Keeps the raw result under `bench/results` and prints the row. */
export function keep(result: BenchResult): void {
  const folder = fileURLToPath(new URL('../results/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const [cpu] = cpus();
  const machine = { cpu: cpu?.model ?? 'unknown', cores: cpus().length, node: process.version };
  const kept = { ...result, date: new Date().toISOString().slice(0, 10), machine };
  writeFileSync(`${folder}${result.id}.json`, `${JSON.stringify(kept, null, 1)}\n`);
  const verdict = result.met === null ? '' : result.met ? ', met' : ', NOT met';
  console.log(`${result.id} ${result.title}: ${result.figure} (goal ${result.goal}${verdict})`);
  for (const note of result.notes) console.log(`   ${note}`);
}
