/** P8: time of whole runs against queries, demos and labels, with the exponent of a power law over distinct tokens. */
import { loadModel } from '../src/cli/resources.ts';
import { runExperiment } from '../src/core/run/run.ts';
import { experiment, grown, knowledge, MODEL_ID } from './lib/experiments.ts';
import { keep, seconds, spread } from './lib/measure.ts';

const ROUNDS = 5;
const points = [
  ...[50, 200, 800, 3200].map((queries) => ({ queries, shots: 4, labels: 4 })),
  ...[0, 8, 16, 32].map((shots) => ({ queries: 100, shots, labels: 4 })),
  ...[2, 20, 150].map((labels) => ({ queries: 100, shots: 4, labels })),
];
const rows: { queries: number; shots: number; labels: number; computed: number; seconds: number[] }[] = [];
for (const point of points) {
  const dataset = await grown('topic', point.queries, point.labels);
  const spec = experiment('own', point.queries, { select: { type: 'random' }, shots: point.shots });
  const times: number[] = [];
  let computed = 0;
  const rounds = point.queries > 1000 ? 3 : ROUNDS;
  for (let round = 0; round < rounds; round++) {
    const model = await loadModel({ engine: 'embedded', id: MODEL_ID });
    times.push(
      await seconds(async () => {
        const record = await runExperiment({ spec, dataset, knowledge, model });
        computed = record.usage.computed;
      }),
    );
    model.dispose();
  }
  rows.push({ ...point, computed, seconds: times });
  console.error(point, computed, spread(times));
}
/** Least squares of log seconds on log tokens. */
function exponent(list: typeof rows): number {
  const xs = list.map((r) => Math.log(r.computed));
  const ys = list.map((r) => Math.log(spread(r.seconds).median));
  const mean = (v: number[]) => v.reduce((a, b) => a + b, 0) / v.length;
  const [mx, my] = [mean(xs), mean(ys)];
  return xs.reduce((s, x, i) => s + (x - mx) * ((ys[i] as number) - my), 0) / xs.reduce((s, x) => s + (x - mx) ** 2, 0);
}
const all = exponent(rows);
const queries = exponent(rows.slice(0, 4));
keep({
  id: 'p8',
  title: 'Cost against size',
  goal: 'linear in distinct tokens',
  figure: `exponent ${all.toFixed(2)} over all points, ${queries.toFixed(2)} over queries 50 to 3,200`,
  met: all <= 1.1 && queries <= 1.1,
  notes: rows.map(
    (r) =>
      `${r.queries} queries, ${r.shots} demos, ${r.labels} labels: ${r.computed} tokens, ${spread(r.seconds).median.toFixed(2)} s`,
  ),
  raw: rows,
});
