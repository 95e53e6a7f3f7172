import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { beforeAll, describe, expect, test } from 'vitest';
import type { LanguageModel } from '../../../src/core/model/language-model.ts';
import { loadEmbeddedInNode } from '../../../src/engines/embedded/node.ts';

/** Written by training/parity.py: torch's numbers for the shipped weights, dequantised, in f32. */
const Fixture = v.object({
  model: v.string(),
  sha256: v.string(),
  prompts: v.array(
    v.object({
      text: v.string(),
      ids: v.array(v.number()),
      /** Over all tokens after the start token. */
      sum: v.number(),
      /** Of the last tokens, up to 40. */
      last: v.array(v.number()),
      /** The likeliest next tokens. */
      next: v.array(v.tuple([v.number(), v.number()])),
    }),
  ),
  embeddings: v.array(v.object({ text: v.string(), vector: v.array(v.number()) })),
});

const TOLERANCE = 1e-3;

const path = fileURLToPath(new URL('../../fixtures/embedded/torch-parity.json', import.meta.url));
const publicDir = fileURLToPath(new URL('../../../public', import.meta.url));
const missing = [path, `${publicDir}/models/knowshot-mini/manifest.json`].find((file) => !existsSync(file));

describe.skipIf(missing)(`equal to torch on the same weights${missing ? ` (${missing} is not there)` : ''}`, () => {
  const fixture = missing ? undefined : v.parse(Fixture, JSON.parse(readFileSync(path, 'utf8')));
  let model: LanguageModel;
  beforeAll(async () => {
    model = await loadEmbeddedInNode({ modelId: fixture?.model ?? '', publicDir });
  });

  test('the fixture is of these weights (else run training/parity.py)', () => {
    expect(model.identity.files.find((file) => file.name === 'model.safetensors')?.sha256).toBe(fixture?.sha256);
    expect(fixture?.prompts.length).toBeGreaterThanOrEqual(50);
  });

  test.each(fixture?.prompts.map((prompt) => [prompt.text.slice(-60), prompt] as const) ?? [])(
    '%j',
    async (_, { text, ids, sum, last, next }) => {
      const [tokens] = await model.tokenize([text]);
      expect(tokens).toEqual(ids.slice(1));
      const { results } = await model.score([{ prompt: '', continuations: [text] }]);
      const score = results[0]?.scores[0];
      expect(score?.tokenLogprobs).toHaveLength(ids.length - 1);
      const own = score?.tokenLogprobs.slice(-last.length) ?? [];
      expect(largestGap(own, last)).toBeLessThan(TOLERANCE);
      expect(Math.abs((score?.sumLogprob as number) - sum)).toBeLessThan(TOLERANCE * ids.length);
      const { results: written } = await model.generate([
        { prompt: text, maxTokens: 1, temperature: 0, topP: 1, stop: [], seed: 0 },
      ]);
      const [id] = written[0]?.tokenIds ?? [];
      if (written[0]?.finish !== 'end') {
        const known = next.find(([candidate]) => candidate === id);
        expect(known?.[1]).toBeCloseTo(written[0]?.tokenLogprobs[0] as number, 3);
        expect(next[0]?.[1]).toBeCloseTo(written[0]?.tokenLogprobs[0] as number, 3);
      }
    },
  );

  test('embeddings', async () => {
    const vectors = await model.embed(fixture?.embeddings.map(({ text }) => text) ?? []);
    for (const [i, { vector }] of fixture?.embeddings.entries() ?? []) {
      expect(largestGap([...(vectors[i] as Float32Array)], vector)).toBeLessThan(TOLERANCE);
    }
  });
});

const largestGap = (a: readonly number[], b: readonly number[]): number =>
  a.length === b.length
    ? a.reduce((gap, value, i) => Math.max(gap, Math.abs(value - (b[i] as number))), 0)
    : Number.POSITIVE_INFINITY;
