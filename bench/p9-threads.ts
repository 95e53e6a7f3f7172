/** P9: the embedded model on one thread and on as many as it takes by itself: reading, writing and a whole run. */
import { availableParallelism } from 'node:os';
import { publicDir } from '../src/cli/resources.ts';
import { threadsFor } from '../src/core/model/threads.ts';
import { runExperiment } from '../src/core/run/run.ts';
import type { EmbeddedModel } from '../src/engines/embedded/engine.ts';
import { loadEmbeddedInNode } from '../src/engines/embedded/node.ts';
import { bundled, experiment, knowledge, MODEL_ID } from './lib/experiments.ts';
import { keep, paired, ratios, spread, text } from './lib/measure.ts';

const ROUNDS = 7;
const TOKENS = 512;
const many = threadsFor(availableParallelism());
if (many === 1) throw new Error('This machine has one core: there is nothing to compare.');
const [one, more] = await Promise.all([1, many].map((threads) => load(threads)));
const dataset = await bundled('topic');
const spec = experiment('topic', 40, { select: { type: 'random' }, shots: 8, calibrate: { type: 'cc' } });
const words = 'the river runs past an old mill and a quiet town before it meets the grey sea'.split(' ');
const prompt = Array.from({ length: TOKENS }, (_, i) => words[(i * 7 + ((i * i) % 11)) % words.length]).join(' ');

function load(threads: number): Promise<EmbeddedModel> {
  return loadEmbeddedInNode({ modelId: MODEL_ID, publicDir, threads });
}

const jobs = {
  /** A long prompt: large products. */
  read: (model: EmbeddedModel) => model.score([{ prompt, continuations: [' end'] }]),
  /** One text, token by token: the smallest jobs there are. */
  write: (model: EmbeddedModel) =>
    model.generate([{ prompt: 'The river', maxTokens: 48, temperature: 1, topP: 1, stop: [], seed: 1 }]),
  run: (model: EmbeddedModel) => runExperiment({ spec, dataset, knowledge, model }),
};

const raw: Record<string, { one: number[]; more: number[] }> = {};
const gains: Record<string, ReturnType<typeof ratios>> = {};
for (const [name, job] of Object.entries(jobs)) {
  const fresh = (model: EmbeddedModel | undefined) => async () => {
    model?.clearCache();
    return model && job(model);
  };
  const pair = { one: fresh(one), more: fresh(more) };
  await paired(pair, 1);
  const times = await paired(pair, ROUNDS);
  raw[name] = times;
  gains[name] = ratios(times.more, times.one);
}
for (const model of [one, more]) model?.dispose();

const gain = (name: string) => text(gains[name] ?? spread([Number.NaN]), 2, 'x');
const seconds = (name: string) => {
  const times = raw[name] ?? { one: [], more: [] };
  return `${text(spread(times.one), 3)} and ${text(spread(times.more), 3)} s`;
};
keep({
  id: 'p9',
  title: `The embedded model on ${many} threads against one: reading ${TOKENS} tokens, a whole run`,
  goal: 'a whole run at least 1.3x as fast, writing not slower',
  figure: `${gain('read')}, ${gain('run')}`,
  met: (gains.run?.median ?? 0) >= 1.3 && (gains.write?.median ?? 0) >= 1,
  notes: [
    `One thread and ${many}: reading ${seconds('read')}; 40 queries, 8 random demos, CC ${seconds('run')}.`,
    `Writing 48 tokens one by one: ${gain('write')}, ${seconds('write')}.`,
    'The numbers are the same bits; test/engines/embedded/threads.test.ts asserts it.',
  ],
  raw,
});
