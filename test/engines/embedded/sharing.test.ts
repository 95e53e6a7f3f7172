import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedModel } from '../../../src/engines/embedded/engine.ts';
import { loadEmbedded } from '../../../src/engines/embedded/load.ts';
import { readKernels } from '../../../src/engines/embedded/node.ts';
import { tinyModel } from './tiny-model.ts';

/** Bytes that a token of the tiny model holds: keys and values of two layers with 2 x 8 floats each, and 32 of hidden state. */
const SLOT = (2 * 2 * 16 + 32) * 4;

const text = fc
  .array(fc.constantFrom('hello', ' and', ' good', ' w', 'x', '\n', ' é'), { maxLength: 12 })
  .map((parts) => parts.join(''));
const batch = fc.array(
  fc.record({
    prompt: text,
    continuations: fc.uniqueArray(fc.constantFrom(' a', ' good', 'b', ' and good', ' goods'), { minLength: 1 }),
  }),
  {
    minLength: 1,
    maxLength: 8,
  },
);
const logprobs = (results: Awaited<ReturnType<EmbeddedModel['score']>>['results']) =>
  results.map((r) => r.scores.map((s) => s.tokenLogprobs));

describe('prefix sharing', { timeout: 120_000 }, () => {
  let fresh: EmbeddedModel;
  const cached: EmbeddedModel[] = [];
  const load = async (cacheBytes: number) => {
    const tiny = await tinyModel();
    return loadEmbedded({ modelId: 'tiny', assets: tiny.assets, wasm: readKernels, cacheBytes });
  };
  beforeAll(async () => {
    fresh = await load(0);
    for (const tokens of [0, 7, 300, 100_000]) cached.push(await load(tokens * SLOT));
  });

  test('gives exactly the numbers of one full forward each: any batches, any cache size', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 3 }), async (batches) => {
        for (const requests of batches) {
          const alone: number[][][] = [];
          for (const { prompt, continuations } of requests) {
            const scores: number[][] = [];
            for (const continuation of continuations) {
              fresh.clearCache();
              scores.push(
                logprobs((await fresh.score([{ prompt, continuations: [continuation] }])).results)[0]?.[0] as number[],
              );
            }
            alone.push(scores);
          }
          for (const model of cached) expect(logprobs((await model.score(requests)).results)).toEqual(alone);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('computes each distinct token once, within a batch and across calls', async () => {
    const model = cached[3] as EmbeddedModel;
    model.clearCache();
    const requests = ['hello', ' w', 'x'].map((query) => ({
      prompt: `good and good\n${query} and`,
      continuations: [' a', ' good', ' goods'],
    }));
    const prefixes = async (batch: typeof requests) => {
      const found = new Set<string>();
      for (const { prompt, continuations } of batch) {
        for (const [ids] of await Promise.all(
          continuations.map((continuation) => model.tokenize([prompt + continuation])),
        )) {
          // The start token alone is a prefix too; the whole text is none that has to run.
          for (let i = 0; i < (ids ?? []).length; i++) found.add(String(ids?.slice(0, i)));
        }
      }
      return found;
    };
    const first = await model.score(requests);
    const seen = await prefixes(requests);
    expect(first.usage.computed).toBe(seen.size);
    expect(first.usage.asked).toBeGreaterThan(3 * first.usage.computed);
    expect((await model.score(requests)).usage.computed).toBe(0);
    const longer = requests.map((request) => ({ ...request, prompt: `${request.prompt} a` }));
    const added = [...(await prefixes(longer))].filter((prefix) => !seen.has(prefix));
    expect((await model.score(longer)).usage.computed).toBe(added.length);
  });

  test('a text that was only passed through is scored later without wrong numbers', async () => {
    const model = cached[3] as EmbeddedModel;
    model.clearCache();
    const shorter = { prompt: 'hello and', continuations: [' w'] };
    await model.score([{ prompt: 'hello and good and', continuations: [' a'] }]);
    const after = await model.score([shorter]);
    expect(after.usage.computed).toBe(1);
    fresh.clearCache();
    expect(after.results).toEqual((await fresh.score([shorter])).results);
  });

  test('many texts fit a small cache, and what is kept stays within it', async () => {
    const model = cached[2] as EmbeddedModel;
    const requests = Array.from({ length: 60 }, (_, i) => ({
      prompt: `hello and ${i} ${'good '.repeat(i % 9)}`,
      continuations: ['a', 'b'],
    }));
    const expected = await (cached[3] as EmbeddedModel).score(requests);
    expect((await model.score(requests)).results).toEqual(expected.results);
    expect((await model.score([...requests].reverse())).results).toEqual([...expected.results].reverse());
  });

  test('generating shares the prompt among samples, and what was generated with later prompts', async () => {
    const model = cached[3] as EmbeddedModel;
    model.clearCache();
    const [prompt] = await model.tokenize(['hello and good']);
    const request = { prompt: 'hello and good', maxTokens: 6, temperature: 0, topP: 1, stop: [], seed: 0 };
    const { results, usage } = await model.generate([request, request, request]);
    // The last token of a text is not an input; three equal texts run as one.
    expect(usage.computed).toBeLessThanOrEqual((prompt?.length as number) + 1 + 5);
    expect(usage.asked).toBe(3 * ((prompt?.length as number) + 1 + (results[0]?.tokenIds.length as number)));
    expect((await model.generate([request])).usage.computed).toBe(0);
  });

  test('computes a prompt once for several samples of it, whatever they write', async () => {
    const model = cached[3] as EmbeddedModel;
    const [prompt] = await model.tokenize(['hello world and good']);
    const samples = Array.from({ length: 6 }, (_, seed) => ({
      prompt: 'hello world and good',
      maxTokens: 4,
      temperature: 2,
      topP: 1,
      stop: [],
      seed,
    }));
    model.clearCache();
    const { results, usage } = await model.generate(samples);
    expect(new Set(results.map(({ tokenIds }) => String(tokenIds))).size).toBeGreaterThan(3);
    // The last token of a text is not an input.
    const written = results.reduce((sum, { tokenIds }) => sum + Math.max(0, tokenIds.length - 1), 0);
    expect(usage.computed).toBeLessThanOrEqual((prompt?.length as number) + 1 + written);
    for (const [i, sample] of samples.entries()) {
      model.clearCache();
      expect((await model.generate([sample])).results[0]).toEqual(results[i]);
    }
  });

  test('a stopped call leaves a cache that gives the same numbers', async () => {
    const requests = Array.from({ length: 400 }, (_, i) => ({
      prompt: `hello ${i} and ${'good x '.repeat(6)}`,
      continuations: [' a'],
    }));
    for (const model of cached) {
      model.clearCache();
      const controller = new AbortController();
      const call = model.score(requests, { signal: controller.signal });
      setTimeout(() => controller.abort(), 35);
      await call.catch(() => {});
      const part = requests.slice(0, 40);
      fresh.clearCache();
      expect((await model.score(part)).results).toEqual((await fresh.score(part)).results);
    }
  });

  test('embedding leaves the cache as it was', async () => {
    const model = cached[3] as EmbeddedModel;
    const request = { prompt: 'hello and good', continuations: [' a'] };
    await model.score([request]);
    await model.embed(['hello and good', 'x']);
    expect((await model.score([request])).usage.computed).toBe(0);
  });
});
