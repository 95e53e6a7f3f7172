import { beforeAll, describe, expect, test } from 'vitest';
import type { LanguageModel } from '../../../src/core/model/language-model.ts';
import type { Latent, PrefixStates, SolvedExample } from '../../../src/core/model/latent.ts';
import { stream } from '../../../src/core/random/stream.ts';
import { trainPrefix } from '../../../src/core/tuning/train-prefix.ts';
import { loadEmbedded } from '../../../src/engines/embedded/load.ts';
import { readKernels } from '../../../src/engines/embedded/node.ts';
import { connectModel } from '../../../src/engines/worker/client.ts';
import { serveModel } from '../../../src/engines/worker/host.ts';
import { channel } from '../worker/channel.ts';
import { Reference } from './reference.ts';
import { TINY, type TinyModel, type TinyShape, tinyModel } from './tiny-model.ts';

const PLACES = 3;

const numbers = (count: number, scale: number, seed: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => scale * Math.sin(seed * 97 + i * 12.9898 + i * i * 0.37));

const examples: SolvedExample[] = [
  { prompt: 'hello', continuations: [' a', ' b'], labels: [0, 1], gold: 1 },
  // Several words a label, words of several tokens, and a beginning that it shares with the next.
  {
    prompt: 'good and hello',
    continuations: [' a', ' good and', ' wonder', ' b'],
    labels: [0, 1, 1, 2],
    gold: 1,
  },
  { prompt: 'good and world', continuations: [' and', ' good'], labels: [0, 1], gold: 0 },
];

const prefixOf = ({ layers, kvHeads, headWidth }: TinyShape, seed: number): PrefixStates => {
  const count = layers * PLACES * kvHeads * headWidth;
  return { keys: numbers(count, 0.9, seed), values: numbers(count, 0.9, seed + 1) };
};

/** Mean loss in double precision, from a plain forward of one text after another. */
async function plainLosses(model: LanguageModel, reference: Reference, prefix: PrefixStates): Promise<number[]> {
  const idsOf = async (text: string) => [0, ...((await model.tokenize([text]))[0] as readonly number[])];
  const losses: number[] = [];
  for (const { prompt, continuations, labels, gold } of examples) {
    const from = (await idsOf(prompt)).length;
    const mass = [0, 0, 0];
    for (const [c, continuation] of continuations.entries()) {
      const ids = await idsOf(prompt + continuation);
      const logprobs = reference.logprobs(ids.slice(0, -1), { prefix });
      let sum = 0;
      for (let t = from; t < ids.length; t++) sum += logprobs[t - 1]?.[ids[t] as number] as number;
      mass[labels[c] as number] = (mass[labels[c] as number] as number) + Math.exp(sum);
    }
    losses.push(-Math.log((mass[gold] as number) / mass.reduce((a, b) => a + b)));
  }
  return losses;
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe.each<[string, Partial<TinyShape>]>([
  ['grouped heads, tied output', {}],
  ['heads of their own, an output of its own, int8', { kvHeads: 4, tied: false, quantised: true, layers: 3 }],
])('the gradient of a prefix: %s', { timeout: 120_000 }, (_, shape) => {
  let tiny: TinyModel;
  let model: LanguageModel;
  let latent: Latent;
  beforeAll(async () => {
    tiny = await tinyModel(shape);
    model = await loadEmbedded({ modelId: 'tiny', assets: tiny.assets, wasm: readKernels });
    latent = model.latent as Latent;
  });

  test('is that of central differences of a plain forward, place by place', async () => {
    const reference = new Reference(tiny);
    const prefix = prefixOf(tiny.shape, 3);
    const { losses, ...gradient } = await latent.prefixGradient({ examples, prefix });
    const plain = await plainLosses(model, reference, prefix);
    for (const [i, loss] of losses.entries()) expect(loss).toBeCloseTo(plain[i] as number, 4);
    // Single precision: what is moved is the nearest number that there is.
    const step = 2 ** -9;
    for (const part of ['keys', 'values'] as const) {
      const largest = Math.max(...gradient[part].map(Math.abs));
      expect(largest).toBeGreaterThan(1e-3);
      for (let i = 0; i < prefix[part].length; i += 11) {
        const at = async (shift: number) => {
          const moved = { keys: prefix.keys.slice(), values: prefix.values.slice() };
          moved[part][i] = (moved[part][i] as number) + shift;
          return { x: moved[part][i] as number, loss: mean(await plainLosses(model, reference, moved)) };
        };
        const [above, below] = [await at(step), await at(-step)];
        const slope = (above.loss - below.loss) / (above.x - below.x);
        const error = Math.abs(slope - (gradient[part][i] as number));
        expect(error).toBeLessThan(1e-3 * Math.abs(slope) + 1e-4 * largest);
      }
    }
  });

  test('has the losses that the changed model scores', async () => {
    const prefix = prefixOf(tiny.shape, 5);
    const { losses } = await latent.prefixGradient({ examples, prefix });
    const { results } = await latent.score(
      examples.map(({ prompt, continuations }) => ({ prompt, continuations, injection: { prefix } })),
    );
    for (const [e, { labels, gold }] of examples.entries()) {
      const mass = (keep: (label: number) => boolean) =>
        (results[e]?.scores ?? [])
          .filter((_, c) => keep(labels[c] as number))
          .reduce((total, { sumLogprob }) => total + Math.exp(sumLogprob), 0);
      expect(losses[e]).toBeCloseTo(-Math.log(mass((label) => label === gold) / mass(() => true)), 4);
    }
  });
});

describe('learning a prefix on the engine', { timeout: 120_000 }, () => {
  const twoSides: SolvedExample[] = ['hello', 'hell', 'hello a', 'good', 'goo', 'good and'].map((prompt, i) => ({
    prompt,
    continuations: [' a', ' b'],
    labels: [0, 1],
    gold: i < 3 ? 0 : 1,
  }));
  const load = async () => {
    const { assets } = await tinyModel();
    return loadEmbedded({ modelId: 'tiny', assets, wasm: readKernels });
  };
  const learn = async (latent: Latent, seed: number) =>
    trainPrefix({
      examples: twoSides,
      start: prefixOf(TINY, 3),
      steps: 40,
      learningRate: 0.05,
      random: stream('order', seed),
      gradient: (request) => latent.prefixGradient(request),
      onPhase: () => {},
    });

  test('tells two kinds of prompts apart, the same every time and through a worker', async () => {
    const inProcess = await learn((await load()).latent as Latent, 1);
    expect(inProcess.learned.lastLoss).toBeLessThan(0.2 * inProcess.learned.firstLoss);
    const { page, worker } = channel();
    serveModel(worker, load);
    const remote = await connectModel(page, {});
    expect(await learn(remote.latent as Latent, 1)).toEqual(inProcess);
    remote.dispose();
  });

  test('stops when asked to, and answers again afterwards', async () => {
    const latent = (await load()).latent as Latent;
    const request = { examples: Array.from({ length: 400 }, () => twoSides).flat(), prefix: prefixOf(TINY, 3) };
    const controller = new AbortController();
    const call = latent.prefixGradient(request, { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
    const { losses } = await latent.prefixGradient({ ...request, examples: twoSides });
    expect(losses).toHaveLength(6);
  });

  test('refuses senseless requests', async () => {
    const latent = (await load()).latent as Latent;
    const prefix = prefixOf(TINY, 3);
    const [first] = twoSides as [SolvedExample];
    const empty = { keys: new Float32Array(), values: new Float32Array() };
    for (const request of [
      { examples: [], prefix },
      { examples: [{ ...first, gold: 2 }], prefix },
      { examples: [{ ...first, labels: [0] }], prefix },
      { examples: twoSides, prefix: empty },
      { examples: twoSides, prefix: { ...prefix, keys: prefix.keys.slice(1) } },
      { examples: twoSides, prefix: { ...prefix, values: prefix.values.map(() => Number.NaN) } },
    ])
      await expect(latent.prefixGradient(request)).rejects.toMatchObject({ code: 'bad-request' });
    const long = { ...first, prompt: 'hello '.repeat(60) };
    await expect(latent.prefixGradient({ examples: [long], prefix })).rejects.toMatchObject({
      code: 'context-too-long',
    });
  });
});
