import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { silu } from '../../../src/core/model/ffn-rows.ts';
import type { LanguageModel } from '../../../src/core/model/language-model.ts';
import type { Injection, Latent } from '../../../src/core/model/latent.ts';
import { loadEmbedded } from '../../../src/engines/embedded/load.ts';
import { readKernels } from '../../../src/engines/embedded/node.ts';
import { connectModel } from '../../../src/engines/worker/client.ts';
import { serveModel } from '../../../src/engines/worker/host.ts';
import { channel } from '../worker/channel.ts';
import { Reference, rowsOf } from './reference.ts';
import { type TinyModel, tinyModel } from './tiny-model.ts';

const numbers = (count: number, scale: number, seed: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => scale * Math.sin(seed * 97 + i * 12.9898 + i * i * 0.37));

const PROMPT = 'hello world and a rather long text that goes on over more than one pass of tokens';
const CONTINUATIONS = [' a', ' good', ' b and good'];

const noCache = async () => {
  const tiny = await tinyModel();
  return loadEmbedded({ modelId: 'tiny', assets: tiny.assets, wasm: readKernels, cacheBytes: 0 });
};
const throughWorker = async () => {
  const { page, worker } = channel();
  const tiny = await tinyModel();
  serveModel(worker, () => loadEmbedded({ modelId: 'tiny', assets: tiny.assets, wasm: readKernels }));
  return connectModel(page, {});
};
const inProcess = async () => {
  const tiny = await tinyModel();
  return loadEmbedded({ modelId: 'tiny', assets: tiny.assets, wasm: readKernels });
};

describe.each([
  ['in process', inProcess],
  ['without a cache', noCache],
  ['through the worker protocol', throughWorker],
] as const)('the inside of the model, %s', { timeout: 120_000 }, (_, load) => {
  let tiny: TinyModel;
  let model: LanguageModel;
  let latent: Latent;
  let reference: Reference;
  const idsOf = async (text: string) => [0, ...((await model.tokenize([text]))[0] as number[])];

  beforeAll(async () => {
    tiny = await tinyModel();
    reference = new Reference(tiny);
    model = await load();
    latent = model.latent as Latent;
  });

  const injections = (): [string, Injection][] => {
    const { hidden, layers, kvHeads, headWidth } = tiny.shape;
    const prefix = 5 * layers * kvHeads * headWidth;
    const rows = (layer: number) => ({ layer, keys: numbers(3 * hidden, 0.6, 1), values: numbers(3 * hidden, 0.8, 2) });
    return [
      ['rows in the first layer', { ffn: rows(0) }],
      ['rows in the last layer', { ffn: rows(1) }],
      ['a prefix', { prefix: { keys: numbers(prefix, 0.9, 3), values: numbers(prefix, 0.9, 4) } }],
      ['soft tokens', { soft: numbers(4 * hidden, 0.7, 5) }],
      [
        'all of them',
        {
          ffn: rows(0),
          prefix: { keys: numbers(prefix, 0.9, 6), values: numbers(prefix, 0.9, 7) },
          soft: numbers(2 * hidden, 0.7, 8),
        },
      ],
    ];
  };

  test('tells its measures', () => {
    expect(model.capabilities.has('latent')).toBe(true);
    expect(latent.shape).toEqual({ layers: 2, hidden: 32, keyWidth: 16 });
  });

  test('scores of a changed model equal a plain forward', async () => {
    for (const [name, injection] of injections()) {
      const { results } = await latent.score([
        { prompt: PROMPT, continuations: CONTINUATIONS, injection },
        { prompt: '', continuations: ['hello'], injection },
      ]);
      const soft = (injection.soft?.length ?? 0) / 32;
      const asked = [...CONTINUATIONS.map((c) => [PROMPT, c] as const), ['', 'hello'] as const];
      const scores = results.flatMap((result) => result.scores);
      for (const [i, [prompt, continuation]] of asked.entries()) {
        const ids = await idsOf(prompt + continuation);
        const score = scores[i];
        const from = ids.length - (score?.tokenIds.length as number);
        const expected = reference.logprobs(ids, injection);
        score?.tokenLogprobs.forEach((value, k) => {
          expect(value, name).toBeCloseTo(expected[soft + from + k - 1]?.[ids[from + k] as number] as number, 4);
        });
      }
      const plain = await model.score([{ prompt: PROMPT, continuations: CONTINUATIONS }]);
      expect(plain.results[0]?.scores[0]?.sumLogprob, name).not.toBeCloseTo(scores[0]?.sumLogprob as number, 2);
    }
  });

  test('a change without numbers, and rows whose values are zero, change nothing', async () => {
    const requests = [{ prompt: PROMPT, continuations: CONTINUATIONS }];
    const plain = await model.score(requests);
    const rows = { layer: 1, keys: numbers(2 * 32, 1, 1), values: new Float32Array(2 * 32) };
    for (const injection of [{}, { ffn: rows }, { soft: new Float32Array(0) }]) {
      const changed = await latent.score(requests.map((request) => ({ ...request, injection })));
      expect(changed.results).toEqual(plain.results);
    }
  });

  test('a changed pass and an unchanged one never share what they computed, in any order', async () => {
    const kinds = [undefined, ...injections().map(([, injection]) => injection)];
    const ask = async (kind: number, prompt: string) => {
      const injection = kinds[kind];
      const request = { prompt, continuations: CONTINUATIONS };
      const batch =
        injection === undefined ? await model.score([request]) : await latent.score([{ ...request, injection }]);
      return batch.results[0]?.scores.map((score) => score.tokenLogprobs);
    };
    const expected = new Map<string, unknown>();
    const prompts = ['hello', 'hello world', 'hello world and'];
    for (const kind of kinds.keys())
      for (const prompt of prompts) {
        const fresh = await load();
        const ids = `${kind} ${prompt}`;
        const injection = kinds[kind];
        const request = { prompt, continuations: CONTINUATIONS };
        const batch =
          injection === undefined
            ? await fresh.score([request])
            : await (fresh.latent as Latent).score([{ ...request, injection }]);
        expected.set(
          ids,
          batch.results[0]?.scores.map((score) => score.tokenLogprobs),
        );
        fresh.dispose();
      }
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: kinds.length - 1 }), fc.constantFrom(...prompts)), {
          minLength: 2,
          maxLength: 6,
        }),
        async (calls) => {
          for (const [kind, prompt] of calls)
            expect(await ask(kind, prompt)).toEqual(expected.get(`${kind} ${prompt}`));
        },
      ),
      { numRuns: 15 },
    );
  });

  test('one batch can hold several changes, and shares prefixes within each', async () => {
    const [[, a], [, b]] = injections().slice(0, 2) as [[string, Injection], [string, Injection]];
    const request = (injection: Injection) => ({ prompt: PROMPT, continuations: CONTINUATIONS, injection });
    const together = await latent.score([request(a), request(b), request(a)]);
    const alone = [await latent.score([request(a)]), await latent.score([request(b)])];
    expect(together.results[0]).toEqual(alone[0]?.results[0]);
    expect(together.results[1]).toEqual(alone[1]?.results[0]);
    expect(together.results[2]).toEqual(alone[0]?.results[0]);
    const prompt = (await idsOf(PROMPT)).length;
    expect(alone[0]?.usage.computed).toBeLessThan(prompt + 6);
    expect(alone[0]?.usage.asked).toBeGreaterThan(3 * prompt);
  });

  test('a change that does not fit the model is refused', async () => {
    const rows = { layer: 0, keys: new Float32Array(32), values: new Float32Array(32) };
    for (const injection of [
      { ffn: { ...rows, layer: 2 } },
      { ffn: { ...rows, layer: 0.5 } },
      { ffn: { ...rows, keys: new Float32Array(33) } },
      { ffn: { ...rows, values: new Float32Array(64) } },
      { ffn: { ...rows, values: new Float32Array(32).fill(Number.NaN) } },
      { prefix: { keys: new Float32Array(31), values: new Float32Array(32) } },
      { prefix: { keys: new Float32Array(64), values: new Float32Array(32) } },
      { soft: new Float32Array(5) },
    ]) {
      await expect(latent.score([{ prompt: 'a', continuations: ['b'], injection }])).rejects.toMatchObject({
        code: 'bad-request',
      });
    }
    const soft = new Float32Array(tiny.shape.context * 32);
    await expect(latent.score([{ prompt: 'a', continuations: ['b'], injection: { soft } }])).rejects.toMatchObject({
      code: 'context-too-long',
    });
    expect((await model.score([{ prompt: 'a', continuations: ['b'] }])).results).toHaveLength(1);
  });

  test('states, lens, activations and feed-forward sizes equal a plain forward', async () => {
    const last = 6;
    for (const [name, injection] of [['unchanged', {}] as const, ...injections()]) {
      const inspected = await latent.inspect([
        {
          prompt: PROMPT,
          ...(name === 'unchanged' ? {} : { injection }),
          last,
          layers: [0, 2, 1],
          lens: { top: 3, continuations: [' good', ' b and'] },
        },
      ]);
      const [inspection] = inspected;
      const ids = await idsOf(PROMPT);
      const soft = (injection.soft?.length ?? 0) / 32;
      const inputs: number[][][] = [[], []];
      const lengths = [0, 0];
      reference.hidden(ids, 2, injection, (layer, token, { input, output }) => {
        const at = token - (ids.length + soft - last);
        if (at < 0) return;
        (inputs[layer] as number[][])[at] = [...input];
        lengths[layer] = (lengths[layer] as number) + Math.hypot(...output) / last;
      });
      expect(inspection?.promptTokens).toBe(ids.length);
      expect(inspection?.tokens.join('')).toBe(PROMPT.slice(-(inspection?.tokens.join('').length as number)));
      for (const [i, layer] of [0, 2, 1].entries()) {
        const states = reference.hidden(ids, layer, injection).slice(-last).flat();
        expect(inspection?.states[i]).toHaveLength(states.length);
        inspection?.states[i]?.forEach((value, k) => {
          expect(value, `${name}, layer ${layer}`).toBeCloseTo(states[k] as number, 3);
        });
      }
      inspection?.ffnNorms.forEach((value, layer) => {
        expect(value, name).toBeCloseTo(lengths[layer] as number, 3);
      });
      expect(inspection?.lens).toHaveLength(3);
      const firsts = await Promise.all(
        [' good', ' b and'].map(async (text) => (await idsOf(PROMPT + text))[ids.length] as number),
      );
      for (const [layer, { top, logprobs }] of inspection?.lens.entries() ?? []) {
        const expected = reference.unembed(reference.hidden(ids, layer, injection).at(-1) as number[]);
        firsts.forEach((id, k) => {
          expect(logprobs[k]).toBeCloseTo(expected[id] as number, 4);
        });
        expect(top).toHaveLength(3);
        const best = [...expected].sort((a, b) => b - a);
        top.forEach(({ logprob }, k) => {
          expect(logprob).toBeCloseTo(best[k] as number, 4);
        });
      }
      const { ffn } = injection;
      const expected =
        ffn === undefined
          ? []
          : (inputs[ffn.layer] as number[][]).flatMap((x) =>
              rowsOf(ffn.keys, 32).map((key) => silu(key.reduce((sum, value, i) => sum + value * (x[i] as number), 0))),
            );
      expect(inspection?.activations).toHaveLength(expected.length);
      inspection?.activations.forEach((value, k) => {
        expect(value, name).toBeCloseTo(expected[k] as number, 4);
      });
    }
  });

  test('looking inside leaves the cache as it was', async () => {
    const request = { prompt: PROMPT, continuations: CONTINUATIONS };
    await model.score([request]);
    const before = (await model.score([request])).usage.computed;
    await latent.inspect([{ prompt: PROMPT, last: 1, layers: [] }]);
    expect((await model.score([request])).usage.computed).toBe(before);
  });

  test('senseless questions are refused', async () => {
    const good = { prompt: 'hello', last: 1, layers: [] };
    for (const change of [
      { last: 0 },
      { last: 99 },
      { layers: [3] },
      { layers: [-1] },
      { lens: { top: -1, continuations: [] } },
      { lens: { top: 1, continuations: [''] } },
      { last: 2, injection: { soft: new Float32Array(32) } },
    ])
      await expect(latent.inspect([{ ...good, ...change }])).rejects.toMatchObject({ code: 'bad-request' });
  });
});
