import { beforeAll, describe, expect, test } from 'vitest';
import type { Latent, RowsExample, RowsMap } from '../../../src/core/model/latent.ts';
import { parseConfig } from '../../../src/engines/embedded/config.ts';
import { type Core, startCore } from '../../../src/engines/embedded/core.ts';
import { loadEmbedded } from '../../../src/engines/embedded/load.ts';
import { readKernels } from '../../../src/engines/embedded/node.ts';
import { rowsGradient, rowsOf } from '../../../src/engines/embedded/rows-gradient.ts';
import { Safetensors } from '../../../src/engines/embedded/safetensors.ts';
import { TextCodec } from '../../../src/engines/embedded/tokenizer.ts';
import { prepare } from '../../../src/engines/embedded/train-rows.ts';
import { Slices } from '../../../src/engines/slices.ts';
import { tinyModel } from './tiny-model.ts';

const WIDTH = 32;
const numbers = (count: number, scale: number, seed: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => scale * Math.sin(seed * 97 + i * 12.9898 + i * i * 0.37));

const examples: RowsExample[] = [
  { prompt: 'hello', continuations: [' a', ' b'], labels: [0, 1], gold: 1, states: numbers(2 * WIDTH, 1, 1) },
  {
    prompt: 'good and',
    // Several words a label, and words of several tokens.
    continuations: [' a', ' good and', ' wonder', ' b'],
    labels: [0, 1, 1, 2],
    gold: 1,
    states: numbers(3 * WIDTH, 1, 2),
  },
  { prompt: 'world', continuations: [' and', ' good'], labels: [0, 1], gold: 0, states: numbers(WIDTH, 1, 3) },
];

describe('learning the rows', { timeout: 120_000 }, () => {
  let core: Core;
  let latent: Latent;
  beforeAll(async () => {
    const { files, assets } = await tinyModel();
    const file = (name: string) => files.get(name) as Uint8Array<ArrayBuffer>;
    const config = parseConfig(file('config.json'));
    const codec = await TextCodec.open(file('tokenizer.json'), file('tokenizer_config.json'), config.vocabulary);
    core = await startCore(config, codec, new Safetensors(file('model.safetensors')), await readKernels(), 0);
    latent = (await loadEmbedded({ modelId: 'tiny', assets, wasm: readKernels })).latent;
  });

  test('has the gradient that finite differences have', async () => {
    const map: RowsMap = { keys: numbers(WIDTH * WIDTH, 0.1, 4), values: numbers(WIDTH * WIDTH, 0.1, 5) };
    for (const example of (await prepare(core, examples, new Slices(undefined))).examples) {
      const gradient = rowsGradient(core.head, example, map, WIDTH);
      for (const part of ['keys', 'values'] as const) {
        const largest = Math.max(...gradient[part].map(Math.abs));
        expect(largest).toBeGreaterThan(1e-3);
        for (let i = 3; i < WIDTH * WIDTH; i += 41) {
          const step = 0.004;
          const at = (shift: number) => {
            const moved = { keys: map.keys.slice(), values: map.values.slice() };
            moved[part][i] = (moved[part][i] as number) + shift;
            return rowsGradient(core.head, example, moved, WIDTH).loss;
          };
          const slope = (at(step) - at(-step)) / (2 * step);
          expect(Math.abs(slope - (gradient[part][i] as number))).toBeLessThan(0.01 * largest + 1e-4);
        }
      }
    }
  });

  test('lowers the loss, which is that of the changed model as it scores', async () => {
    const request = { examples, epochs: 30, learningRate: 0.02, seed: 3 };
    const trained = await latent.trainRows(request);
    expect(trained.layer).toBe(1);
    expect(trained.losses).toHaveLength(31);
    expect(trained.losses.at(-1)).toBeLessThan(0.5 * (trained.losses[0] as number));
    const { results } = await latent.score(
      examples.map(({ prompt, continuations, states }) => ({
        prompt,
        continuations,
        injection: { ffn: { layer: trained.layer, ...rowsOf(states, trained, WIDTH) } },
      })),
    );
    const loss = examples.reduce((sum, { labels, gold }, e) => {
      const sums = results[e]?.scores.map((score) => score.sumLogprob) ?? [];
      const mass = (keep: (label: number) => boolean) =>
        sums.filter((_, c) => keep(labels[c] as number)).reduce((total, x) => total + Math.exp(x), 0);
      return sum - Math.log(mass((label) => label === gold) / mass(() => true)) / examples.length;
    }, 0);
    expect(loss).toBeCloseTo(trained.losses.at(-1) as number, 4);
    expect(trained.usage.computed).toBeGreaterThan(0);
    expect(trained.usage.computed).toBeLessThan(trained.usage.asked);
    expect(await latent.trainRows(request)).toEqual(trained);
  });

  test('begins at the unchanged model', async () => {
    const { values, losses } = await latent.trainRows({ examples, epochs: 0, learningRate: 0.01, seed: 1 });
    expect(values.every((value) => value === 0)).toBe(true);
    expect(losses).toHaveLength(1);
  });

  test('can be stopped', async () => {
    const controller = new AbortController();
    const call = latent.trainRows(
      { examples, epochs: 1e6, learningRate: 0.01, seed: 1 },
      { signal: controller.signal },
    );
    setTimeout(() => controller.abort(), 50);
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
  });

  test('refuses senseless requests', async () => {
    const good = { examples, epochs: 1, learningRate: 0.01, seed: 1 };
    const [first] = examples as [RowsExample];
    for (const change of [
      { examples: [] },
      { epochs: -1 },
      { learningRate: 0 },
      { seed: 0.5 },
      { examples: [{ ...first, labels: [0] }] },
      { examples: [{ ...first, gold: 2 }] },
      { examples: [{ ...first, states: new Float32Array(5) }] },
      { examples: [{ ...first, states: new Float32Array(0) }] },
    ])
      await expect(latent.trainRows({ ...good, ...change })).rejects.toMatchObject({ code: 'bad-request' });
  });
});
