/**
 * The embedded model on a graphics card against WASM, in Node: its numbers, its speed and what it takes to load.
 * WebGPU comes from Dawn: KNOWSHOT_DAWN names the folder of the npm package `webgpu`. KNOWSHOT_SMALL=1 does everything once, on
 * little: a trial of this script where the card is software.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { publicDir } from '../src/cli/resources.ts';
import type { ScoreRequest } from '../src/core/model/language-model.ts';
import { threadsFor } from '../src/core/model/threads.ts';
import type { RunRecord } from '../src/core/run/record.ts';
import { runExperiment } from '../src/core/run/run.ts';
import type { EmbeddedModel } from '../src/engines/embedded/engine.ts';
import { loadEmbeddedInNode } from '../src/engines/embedded/node.ts';
import { fusesMultiplyAdd } from '../src/engines/embedded/relaxed-simd.ts';
import { startDawn } from './lib/dawn.ts';
import { bundled, experiment, knowledge, MODEL_ID } from './lib/experiments.ts';
import { keep, paired, ratios, seconds, spread, text } from './lib/measure.ts';

const small = process.env.KNOWSHOT_SMALL === '1';
const ROUNDS = small ? 1 : 5;
const TOLERANCE = 1e-3;
/** Prompts that are compared with torch: all, or the first few. */
const COMPARED = small ? 4 : Number.POSITIVE_INFINITY;
/** Prompts that are read together, and words of each. */
const READS = small
  ? ([
      [1, 32],
      [4, 8],
    ] as const)
  : ([
      [1, 512],
      [1, 1900],
      [16, 128],
      [64, 96],
    ] as const);
/** Queries of a whole run, by how its 8 demos are chosen. */
const RUNS = small ? ({ random: 2, topk: 1 } as const) : ({ random: 60, topk: 10 } as const);
const STEPS = small ? 2 : 32;
const WRITTEN = small ? 8 : 64;
const STARTS = ['The river', 'The capital of France is', 'Once there was', 'Review: a warm film.\nSentiment:'];

const began = performance.now();
/** Each figure as soon as it is there: what is measured is not lost where the time ends before the rest. */
const say = (line: string) => console.log(`[${((performance.now() - began) / 1000).toFixed(1)} s] ${line}`);

const card = await startDawn();
say(`${Object.values(card.info).join(', ')}; ${JSON.stringify(card.limits)}; ${card.features.join(' ')}`);
// As in browsers; Node 20 has it by this flag.
if (!fusesMultiplyAdd()) setFlagsFromString('--experimental-wasm-relaxed-simd');

const many = threadsFor(availableParallelism());
const load = (threads: number, backend: 'wasm' | 'webgpu' = 'wasm') => {
  const options = { modelId: MODEL_ID, publicDir, threads, backend };
  return loadEmbeddedInNode(options);
};
const kinds = { wasm: () => load(1), threads: () => load(many), webgpu: () => load(1, 'webgpu') };
type Kind = keyof typeof kinds;
const KINDS = Object.keys(kinds) as Kind[];
const each = <T>(make: (kind: Kind) => T) => Object.fromEntries(KINDS.map((k) => [k, make(k)])) as Record<Kind, T>;
const models = {} as Record<Kind, EmbeddedModel>;
/** Of the first load of each: seconds, MB that the process grew by, MB of buffers on the card. */
const first = {} as Record<Kind, { seconds: number; grown: number; card: number }>;
for (const kind of KINDS) {
  const [resident, bytes] = [process.memoryUsage().rss, card.bytes()];
  const taken = await seconds(async () => {
    models[kind] = await kinds[kind]();
  });
  const grown = (process.memoryUsage().rss - resident) / 1e6;
  first[kind] = { seconds: taken, grown, card: (card.bytes() - bytes) / 1e6 };
  const { backend, threads } = models[kind].identity;
  say(`loaded ${backend}, ${threads}: ${JSON.stringify(first[kind])}`);
}
const { wasm, webgpu } = models;
const selfTest = webgpu.selfTest;
for (const { name, maxDifference, passed } of selfTest) say(`self-test: ${name}: ${maxDifference}, ${passed}`);

const widest = (a: readonly number[], b: readonly number[]): number =>
  a.length === b.length
    ? a.reduce((gap, value, i) => Math.max(gap, Math.abs(value - (b[i] as number))), 0)
    : Number.POSITIVE_INFINITY;

/** The largest difference of any token's log-probability from torch, of prompts whose tokens are the same, and from WASM. */
async function parity() {
  const fixture = new URL('../test/fixtures/embedded/torch-parity.json', import.meta.url);
  const { prompts: all } = JSON.parse(readFileSync(fixture, 'utf8')) as {
    prompts: readonly { text: string; ids: readonly number[]; last: readonly number[] }[];
  };
  const prompts = all.slice(0, COMPARED);
  const requests = prompts.map((prompt) => ({ prompt: '', continuations: [prompt.text] }));
  const [own, theirs] = [await webgpu.score(requests), await wasm.score(requests)];
  const gaps = { torch: 0, wasmToTorch: 0, wasm: 0, prompts: prompts.length, tokens: 0 };
  prompts.forEach(({ ids, last }, i) => {
    const [here, there] = [own.results[i]?.scores[0], theirs.results[i]?.scores[0]];
    const [a, b] = [here?.tokenLogprobs ?? [], there?.tokenLogprobs ?? []];
    if (here?.tokenIds.join() !== ids.slice(1).join()) throw new Error(`prompt ${i} has other tokens than in torch`);
    gaps.torch = Math.max(gaps.torch, widest(a.slice(-last.length), last));
    gaps.wasmToTorch = Math.max(gaps.wasmToTorch, widest(b.slice(-last.length), last));
    gaps.wasm = Math.max(gaps.wasm, widest(a, b));
    gaps.tokens += a.length;
  });
  return gaps;
}

const gaps = await parity();
say(`differences: ${JSON.stringify(gaps)}`);

const raw: Record<string, Record<Kind, number[]>> = {};
/** Seconds of a job on all three, after a round that does not count, with the results of that one. */
async function measure<T>(name: string, job: (model: EmbeddedModel) => Promise<T>): Promise<Record<Kind, T>> {
  const results = {} as Record<Kind, T>;
  const jobs = each((kind) => async () => {
    results[kind] = await job(models[kind]);
  });
  await paired(jobs, 1);
  const warm = { ...results };
  const times = await paired(jobs, ROUNDS);
  raw[name] = times;
  say(`${name}: ${KINDS.map((kind) => `${kind} ${text(spread(times[kind]), 4, ' s')}`).join('; ')}`);
  return warm;
}

const words = 'the river runs past an old mill and a quiet town before it meets the grey sea'.split(' ');
const body = (length: number, start: number) =>
  `${start} ${Array.from({ length }, (_, i) => words[(i * 7 + start * 3 + ((i * i) % 11)) % words.length]).join(' ')}`;

/** Tokens computed and asked, by measurement. */
const tokens: Record<string, number> = {};
for (const [count, length] of READS) {
  const name = `read ${count} x ${length}`;
  const requests = Array.from({ length: count }, (_, i): ScoreRequest => {
    return { prompt: body(length, i), continuations: [' end'] };
  });
  const read = await measure(name, (model) => {
    model.clearCache();
    return model.score(requests);
  });
  tokens[name] = read.webgpu.usage.computed;
  const logprobs = (kind: Kind) => read[kind].results.flatMap(({ scores }) => scores.flatMap((s) => s.tokenLogprobs));
  gaps.wasm = Math.max(gaps.wasm, widest(logprobs('webgpu'), logprobs('wasm')));
}

/** One token more than is kept already, again and again: the smallest job there is. */
let asked = 0;
const long = body(small ? 16 : 512, 1);
await measure(`${STEPS} steps`, async (model) => {
  for (let i = 0; i < STEPS; i++) await model.score([{ prompt: `${long} ${asked++}`, continuations: [' end'] }]);
});

const dataset = await bundled('topic');
const changed = { answers: 0, cells: 0 };
for (const [select, queries] of Object.entries(RUNS)) {
  const name = `run ${select} ${queries}`;
  const spec = experiment('topic', queries, { select: { type: select }, shots: 8, calibrate: { type: 'cc' } });
  const records = await measure(name, (model): Promise<RunRecord> => {
    model.clearCache();
    return runExperiment({ spec, dataset, knowledge, model });
  });
  tokens[name] = records.webgpu.usage.computed;
  records.webgpu.cells.forEach((cell, i) => {
    const there = records.wasm.cells[i] as (typeof records.wasm.cells)[number];
    gaps.wasm = Math.max(gaps.wasm, widest(cell.labelLogprobs, there.labelLogprobs));
    const label = ({ prediction }: typeof there) => (prediction.kind === 'label' ? prediction.label : '');
    changed.answers += label(cell) === label(there) ? 0 : 1;
    changed.cells++;
  });
}

const written = await measure('write', async (model) => {
  model.clearCache();
  const options = { maxTokens: WRITTEN, temperature: 0, topP: 1, stop: [], seed: 1 };
  return (await model.generate(STARTS.map((prompt) => ({ prompt, ...options })))).results;
});
const texts = (kind: Kind) => written[kind].map((result) => result.text);
const sameText = JSON.stringify(texts('webgpu')) === JSON.stringify(texts('wasm'));
tokens.write = written.webgpu.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0);

raw.load = await paired(
  each((kind) => async () => (await kinds[kind]()).dispose()),
  ROUNDS,
);
for (const model of Object.values(models)) model.dispose();

const of = (name: string) => raw[name] as Record<Kind, number[]>;
const gain = (name: string, kind: Kind) => text(ratios(of(name).webgpu, of(name)[kind]), 2, 'x');
const rate = (name: string, kind: Kind) =>
  text(spread(of(name)[kind].map((time) => (tokens[name] as number) / time)), 0);
const reads = Object.keys(raw).filter((name) => name.startsWith('read'));
const widestRead = reads.at(-1) as string;
const step = (kind: Kind) => text(spread(of(`${STEPS} steps`)[kind].map((time) => (time * 1000) / STEPS)), 2, ' ms');
const againstBoth = (name: string) => `${gain(name, 'wasm')} and ${gain(name, 'threads')}`;
keep({
  id: 'webgpu',
  title: `The embedded model on a graphics card (${card.info.description || card.info.vendor}) against WASM on one thread and on ${many}: log-probabilities, reading`,
  goal: `within ${TOLERANCE} of torch and of WASM, the same text`,
  figure: `${gaps.torch.toExponential(1)} from torch, ${gaps.wasm.toExponential(1)} from WASM; reading ${tokens[widestRead]} tokens ${againstBoth(widestRead)}`,
  met: gaps.torch <= TOLERANCE && gaps.wasm <= TOLERANCE && sameText,
  notes: [
    `By Dawn in Node, not in a browser: ${Object.values(card.info).filter(Boolean).join(', ')}.`,
    `${gaps.tokens} tokens of ${gaps.prompts} prompts; WASM is ${gaps.wasmToTorch.toExponential(1)} from torch. Whole runs: ${changed.answers} of ${changed.cells} answers are others than on WASM. Self-test: ${selfTest.map(({ name, maxDifference }) => `${name}: ${maxDifference.toExponential(1)}`).join('; ')}.`,
    ...reads.map((name) => {
      const [wasmRate, threadsRate, gpuRate] = KINDS.map((kind) => rate(name, kind));
      return `${name[0]?.toUpperCase()}${name.slice(1)} words, ${tokens[name]} tokens: ${gpuRate} tokens a second, WASM ${wasmRate}, on ${many} threads ${threadsRate}; ${againstBoth(name)}.`;
    }),
    `One token more after what is kept: ${step('webgpu')}, WASM ${step('wasm')}.`,
    ...Object.entries(RUNS).map(([select, queries]) => {
      const name = `run ${select} ${queries}`;
      return `Whole run of ${queries} queries, 8 demos (${select}), 4 labels, CC, ${tokens[name]} tokens: ${text(spread(of(name).webgpu), 3)} s, WASM ${text(spread(of(name).wasm), 3)} s; ${againstBoth(name)}.`;
    }),
    `Writing stays on WASM also where prompts are scored on the card: ${rate('write', 'webgpu')} tokens a second for ${STARTS.length} texts together, without the card ${rate('write', 'wasm')}; the texts are ${sameText ? 'the same' : 'NOT the same'}.`,
    `Loading: ${text(spread(of('load').webgpu), 2, ' s')}, the first time ${first.webgpu.seconds.toFixed(2)} s; WASM ${text(spread(of('load').wasm), 2, ' s')}. ${first.webgpu.card.toFixed(0)} MB of buffers on the card; the process grew by ${first.webgpu.grown.toFixed(0)} MB, by ${first.wasm.grown.toFixed(0)} MB for WASM alone.`,
  ],
  raw: { card, first, selfTest, gaps, changed, tokens, sameText, texts: texts('webgpu'), seconds: raw },
});
console.table(
  Object.fromEntries(
    Object.keys(raw).map((name) => [
      name,
      {
        tokens: tokens[name],
        ...each((kind) => text(spread(of(name)[kind]), 3, ' s')),
        gain: gain(name, 'wasm'),
      },
    ]),
  ),
);
// Dawn keeps the process alive.
process.exit();
