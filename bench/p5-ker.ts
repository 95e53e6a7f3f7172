/**
 * P5: knowledge relevance of a large pool to many queries, against the plain double loop, the best eight of each query
 * included: `npx tsx bench/p5-ker.ts [pool] [queries]`. Texts are the entity sets of the bundled sets' texts, with entities
 * exchanged for others of the knowledge base, so that sizes and repetition are theirs.
 */

import { fullText } from '../src/core/data/example.ts';
import { type KerOptions, type LinkedText, linkedText, overlap } from '../src/core/knowledge/relevance.ts';
import { RelevanceIndex } from '../src/core/knowledge/relevance-best.ts';
import { stream } from '../src/core/random/stream.ts';
import { bundled, knowledge } from './lib/experiments.ts';
import { keep, seconds, spread, text } from './lib/measure.ts';

const [poolSize = 100_000, queryCount = 1000] = process.argv.slice(2).map(Number);
const ROUNDS = 5;
/** Queries of the double loop in a round; it is timed a query. */
const PLAIN_QUERIES = 5;
const SHOTS = 8;
const options: KerOptions = { alpha: 0.5, gamma: 0.001, squared: true, maximum: 'target' };

const sets = await Promise.all(['topic', 'question-type', 'sentiment', 'inference-two'].map(bundled));
const found = sets
  .flatMap(({ demoPool, evalSet }) => [...demoPool, ...evalSet])
  .map((example) => [...new Set(knowledge.link(fullText(example)).map(({ entityId }) => entityId))]);
const entities = [...knowledge.entities.keys()];
const random = stream(5, 'p5');
const drawn = (): LinkedText => {
  const own = found[random.below(found.length)] ?? [];
  // Half of the names stay: those that texts are often about.
  const ids = own.map((id) => (random.float() < 0.5 ? id : (entities[random.below(entities.length)] as string)));
  return linkedText(ids, (id) => knowledge.vector(id));
};
const pool = Array.from({ length: poolSize }, drawn);
const targets = Array.from({ length: queryCount }, drawn);

/** METHODS 1.2, pair by pair. */
function plain(target: LinkedText): number[] {
  const shared = pool.map(({ entities: own }) => overlap(own, target.entities));
  const distance = pool.map(({ mean }) => {
    if (mean === undefined || target.mean === undefined) return Number.NaN;
    let sum = 0;
    for (let k = 0; k < mean.length; k++) sum += ((mean[k] as number) - (target.mean[k] as number)) ** 2;
    return sum;
  });
  const most = (values: number[]) => values.reduce((m, x) => (Number.isNaN(x) ? m : Math.max(m, x)), 0);
  const [highest, farthest] = [most(shared), most(distance)];
  const relevance = shared.map((value, i) => {
    const d = distance[i] as number;
    const far = Number.isNaN(d) ? 1 : farthest === 0 ? 0 : d / farthest;
    return options.alpha * ((value + options.gamma) / (highest + options.gamma)) + (1 - options.alpha) * (1 - far);
  });
  return relevance
    .map((_, i) => i)
    .sort((a, b) => (relevance[b] as number) - (relevance[a] as number) || a - b)
    .slice(0, SHOTS);
}

const vectorOf = (id: string) => knowledge.vector(id);
const before = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
let index = new RelevanceIndex(pool, vectorOf);
const memory = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers - before;
const layout = await seconds(() => {
  index = new RelevanceIndex(pool, vectorOf);
});
const ours = (j: number): number[] =>
  index.best(targets[j] as LinkedText, SHOTS, options).map(({ index: item }) => item);

const times: { plain: number; ours: number }[] = [];
let equal = 0;
for (let round = 0; round < ROUNDS; round++) {
  const first = (round * PLAIN_QUERIES) % targets.length;
  const some = targets.slice(first, first + PLAIN_QUERIES);
  const expected: number[][] = [];
  const slow = await seconds(() => {
    for (const target of some) expected.push(plain(target));
  });
  const fast = await seconds(() => {
    for (let j = 0; j < targets.length; j++) ours(j);
  });
  some.forEach((_, i) => {
    if (String(ours(first + i)) === String(expected[i])) equal++;
  });
  times.push({ plain: (1000 * slow) / some.length, ours: (1000 * fast) / targets.length });
}
const perQuery = spread(times.map((t) => t.ours));
const factor = spread(times.map((t) => t.plain / t.ours));
keep({
  id: 'p5',
  title: `KER, ${poolSize} pool items x ${queryCount} queries, against the plain double loop`,
  goal: 'at least 50x, under 2 ms a query',
  figure: `${text(factor)}x, ${text(perQuery, 2, ' ms')} a query`,
  met: factor.median >= 50 && perQuery.median < 2,
  notes: [
    `laid out once in ${(layout * 1000).toFixed(0)} ms, ${(memory / 2 ** 20).toFixed(1)} MiB`,
    `${equal} of ${ROUNDS * PLAIN_QUERIES} queries have the same eight demos in the same order`,
  ],
  raw: times,
});
