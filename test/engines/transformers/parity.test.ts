import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { LanguageModel, ScoreRequest } from '../../../src/core/model/language-model.ts';
import { loadEmbedded } from '../../../src/engines/embedded/load.ts';
import { loadEmbeddedInNode, readKernels } from '../../../src/engines/embedded/node.ts';
import { loadTransformersInNode } from '../../../src/engines/transformers/node.ts';
import { largestGap } from '../../contract/under-test.ts';
import { exportedModel, exportedTiny } from './exported.ts';

const TOLERANCE = 1e-3;

const publicDir = fileURLToPath(new URL('../../../public', import.meta.url));
const mini = `${publicDir}/models/knowshot-mini`;
const missing = !existsSync(`${mini}/manifest.json`) && ' (public/models/knowshot-mini is not there)';

const REVIEWS = ['A warm, funny film.', 'Dull from the first minute.', 'The cast saves a thin plot.'];

/** Demos in common, queries that differ, several words: prefixes fork in every way. */
const requests: readonly ScoreRequest[] = [
  ...REVIEWS.map((review) => ({
    prompt: `Review: ${REVIEWS[0]}\nSentiment: positive\n\nReview: ${review}\nSentiment:`,
    continuations: [' positive', ' negative', ' neither good nor bad'],
  })),
  { prompt: '', continuations: ['The capital of France is Paris.'] },
];

async function expectSame(ours: LanguageModel, theirs: LanguageModel): Promise<void> {
  const [a, b] = [await ours.score(requests), await theirs.score(requests)];
  expect(b.results.map((r) => r.scores.map((s) => s.tokenIds))).toEqual(
    a.results.map((r) => r.scores.map((s) => s.tokenIds)),
  );
  expect(b.results.map((r) => r.promptTokens)).toEqual(a.results.map((r) => r.promptTokens));
  expect(largestGap(a.results, b.results)).toBeLessThan(TOLERANCE);
  expect(b.usage.asked).toBe(a.usage.asked);
  expect(b.usage.computed).toBeLessThan(b.usage.asked / 3);
  const greedy = { prompt: 'The capital of France', maxTokens: 6, temperature: 0, topP: 1, stop: [], seed: 0 };
  const [x] = (await ours.generate([greedy])).results;
  const [y] = (await theirs.generate([greedy])).results;
  expect(y?.tokenIds).toEqual(x?.tokenIds);
  theirs.dispose();
}

describe('the embedded model exported to ONNX gives the same numbers through transformers.js', () => {
  test.each([
    ['separate output matrix', { tied: false }],
    ['int8 weights', { quantised: true }],
    ['every head with its own keys', { kvHeads: 4 }],
  ])(
    'tiny: %s',
    async (_, shape) => {
      const { tiny, folder } = await exportedTiny({ ...shape, context: 512 }, ['fp32', 'int8']);
      const ours = await loadEmbedded({ modelId: 'tiny', assets: tiny.assets, wasm: readKernels });
      for (const dtype of ['fp32', 'q8'] as const)
        await expectSame(ours, await loadTransformersInNode({ model: folder, dtype }));
    },
    120_000,
  );

  test.skipIf(missing)(
    `knowshot-mini${missing || ''}`,
    async () => {
      const ours = await loadEmbeddedInNode({ modelId: 'knowshot-mini', publicDir });
      const folder = await exportedModel(mini, ['fp32']);
      const theirs = await loadTransformersInNode({ model: folder });
      expect(theirs.identity).toMatchObject({ engine: 'transformers', backend: 'onnxruntime cpu', precision: 'fp32' });
      expect(theirs.identity.files.map((file) => file.name)).toEqual(
        expect.arrayContaining(['config.json', 'onnx/model.onnx', 'tokenizer.json']),
      );
      await expectSame(ours, theirs);
    },
    240_000,
  );
});
