import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Graph } from '../../../scripts/export-onnx/graph.ts';
import { tinyModel } from '../embedded/tiny-model.ts';

export const WIDTH = 4;

/**
 * An embedder without layers: the state of a token is its row of a table, so that the right mean is known.
 * @param most tokens that it reads.
 */
export async function tableEmbedder(most = 24): Promise<{ folder: string; row: (id: number) => number[] }> {
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
  await writeFile(join(folder, 'config.json'), JSON.stringify({ model_type: 'bert', max_position_embeddings: most }));
  for (const name of ['tokenizer.json', 'tokenizer_config.json'])
    await writeFile(join(folder, name), files.get(name) as Uint8Array);
  return { folder, row: (id) => [...table.subarray(id * WIDTH, (id + 1) * WIDTH)] };
}
