import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadEmbedderInNode, loadTransformersInNode } from '../../../src/engines/transformers/node.ts';
import { exportedTiny } from './exported.ts';
import { tableEmbedder, WIDTH } from './table-embedder.ts';

test('a sentence embedder gives the mean over the tokens of a text', async () => {
  const { folder, row } = await tableEmbedder();
  const embedder = await loadEmbedderInNode({ model: folder });
  expect([...embedder.capabilities]).toEqual(['embed']);
  expect(embedder.selfTest.every((check) => check.passed)).toBe(true);
  const texts = ['good and bad', 'hello world', 'good'];
  const vectors = await embedder.embed(texts);
  const ids = await embedder.tokenize(texts);
  vectors.forEach((vector, i) => {
    const rows = (ids[i] as number[]).map(row);
    const mean = Array.from(
      { length: WIDTH },
      (_, d) => rows.reduce((sum, r) => sum + (r[d] as number), 0) / rows.length,
    );
    mean.forEach((value, d) => {
      expect(vector[d]).toBeCloseTo(value, 5);
    });
  });
  await expect(embedder.embed(['good', ''])).rejects.toThrow(/Text 2 is empty/u);
  await expect(embedder.embed(['hello world '.repeat(20)])).rejects.toThrow(
    /takes \d+ tokens; the embedder reads at most 24/u,
  );
  await expect(embedder.score([])).rejects.toMatchObject({ code: 'no-capability' });
  embedder.dispose();
  await expect(embedder.embed(['good'])).rejects.toThrow(/was unloaded/u);
}, 120_000);

test('what is no embedder is refused with the reason', async () => {
  const { folder } = await exportedTiny();
  await expect(loadEmbedderInNode({ model: folder })).rejects.toMatchObject({ code: 'bad-model' });
  const empty = await mkdtemp(join(tmpdir(), 'knowshot-empty-'));
  await writeFile(join(empty, 'config.json'), '{}');
  await expect(loadEmbedderInNode({ model: empty })).rejects.toThrow(/holds no onnx\/model\*\.onnx/u);
}, 120_000);

test('a language model embeds nothing, and wrong files are refused by name', async () => {
  const { folder } = await exportedTiny();
  const model = await loadTransformersInNode({ model: folder });
  await expect(model.embed(['a'])).rejects.toMatchObject({ code: 'no-capability' });
  model.dispose();
  await expect(loadTransformersInNode({ model: folder, dtype: 'q4' })).rejects.toMatchObject({
    code: 'bad-model',
    message: expect.stringMatching(/q4/u),
  });
  await writeFile(join(folder, 'onnx', 'model.onnx'), 'not a graph');
  await expect(loadTransformersInNode({ model: folder })).rejects.toMatchObject({ code: 'bad-model' });
}, 120_000);
