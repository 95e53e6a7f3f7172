import { expect, test } from 'vitest';
import type { ScoreBatch } from '../../../src/core/model/language-model.ts';
import { requirePassed } from '../../../src/engines/self-test.ts';
import { compareBackends, scoreShort } from '../../../src/engines/transformers/compare.ts';
import { loadTransformers } from '../../../src/engines/transformers/load.ts';
import { fakeModel } from '../../support/fake-model.ts';
import { exportedTiny } from './exported.ts';

const NAMES = ['onnxruntime webgpu', 'onnxruntime wasm'] as const;

const moved = (batch: ScoreBatch, by: number): ScoreBatch => ({
  ...batch,
  results: batch.results.map((result) => ({
    ...result,
    scores: result.scores.map((s) => ({ ...s, tokenLogprobs: s.tokenLogprobs.map((value) => value + by) })),
  })),
});

test('a GPU whose numbers are not those of WASM is refused with the figures', async () => {
  const wasm = await scoreShort(fakeModel());
  expect(compareBackends(NAMES, wasm, wasm, 'fp32')).toMatchObject({ passed: true, maxDifference: 0 });
  const wrong = compareBackends(NAMES, moved(wasm, 0.02), wasm, 'fp32');
  expect(wrong.passed).toBe(false);
  expect(() => requirePassed([wrong])).toThrow(
    /onnxruntime webgpu gives the numbers of onnxruntime wasm: difference 0\.0/u,
  );
});

test('rounding of graphs with fewer bits passes, gross differences and no numbers at all do not', async () => {
  const wasm = await scoreShort(fakeModel());
  expect(compareBackends(NAMES, moved(wasm, 0.05), wasm, 'q8').passed).toBe(true);
  expect(compareBackends(NAMES, moved(wasm, 0.5), wasm, 'q8').passed).toBe(false);
  expect(compareBackends(NAMES, moved(wasm, Number.NaN), wasm, 'q8').passed).toBe(false);
});

test('a model that is given a reference runs there too, and says how far the two are apart', async () => {
  const { folder } = await exportedTiny();
  const cpu = { backend: 'onnxruntime cpu', device: 'cpu' } as const;
  const source = { name: 'tiny', folder, dtype: 'fp32', provided: { revision: 'main', files: [] } } as const;
  const model = await loadTransformers({ source, execution: { ...cpu, backend: 'here' }, reference: cpu });
  expect(model.selfTest.at(-1)).toMatchObject({ name: 'here gives the numbers of onnxruntime cpu', passed: true });
  model.dispose();
  const alone = await loadTransformers({ source, execution: cpu });
  expect(alone.selfTest).toHaveLength(model.selfTest.length - 1);
  alone.dispose();
}, 120_000);
