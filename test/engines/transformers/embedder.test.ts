import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Graph } from '../../../scripts/export-onnx/graph.ts';
import { loadTransformersInNode } from '../../../src/engines/transformers/node.ts';
import { tinyModel } from '../embedded/tiny-model.ts';
import { exportedTiny } from './exported.ts';

const WIDTH = 4;

/** An embedder without layers: the state of a token is its row of a table, so that the right mean is known. */
async function tableEmbedder(): Promise<{ folder: string; row: (id: number) => number[] }> {
  const { files, vocabulary } = await tinyModel();
  const folder = await mkdtemp(join(tmpdir(), 'knowshot-embedder-'));
  await mkdir(join(folder, 'onnx'));
  const table = Float32Array.from({ length: vocabulary * WIDTH }, (_, i) => Math.sin(i));
  const graph = new Graph();
  const ids = graph.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  graph.input('attention_mask', 'int64', ['batch_size', 'sequence_length']);
  const states = graph.op('Gather', [graph.weights('table', 'float', [vocabulary, WIDTH], table), ids]);
  graph.output('last_hidden_state', states, 'float', ['batch_size', 'sequence_length', WIDTH]);
  await writeFile(join(folder, 'onnx', 'model.onnx'), graph.finish('table'));
  await writeFile(join(folder, 'config.json'), JSON.stringify({ model_type: 'bert', max_position_embeddings: 24 }));
  for (const name of ['tokenizer.json', 'tokenizer_config.json'])
    await writeFile(join(folder, name), files.get(name) as Uint8Array);
  return { folder, row: (id) => [...table.subarray(id * WIDTH, (id + 1) * WIDTH)] };
}

test('a sentence embedder beside the model gives the mean over the tokens of a text', async () => {
  const { folder, row } = await tableEmbedder();
  const model = await loadTransformersInNode({ model: (await exportedTiny()).folder, embedder: { model: folder } });
  expect(model.capabilities.has('embed')).toBe(true);
  const texts = ['good and bad', 'hello world', 'good'];
  const vectors = await model.embed(texts);
  const ids = await model.tokenize(texts);
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
  await expect(model.embed(['good', ''])).rejects.toThrow(/Text 2 is empty/u);
  await expect(model.embed(['hello world '.repeat(20)])).rejects.toThrow(
    /takes \d+ tokens; the embedder reads at most 24/u,
  );
}, 120_000);

test('without an embedder embedding is refused, and wrong files are refused by name', async () => {
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
