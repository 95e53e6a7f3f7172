import { mkdtemp, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as ort from 'onnxruntime-web';
import { exportOnnx } from '../../scripts/export-onnx/export.ts';
import { publicDir } from '../../src/cli/resources.ts';
import { parseConfig } from '../../src/engines/embedded/config.ts';

/** One full forward pass at a time, with the same weights, on onnxruntime-web's WASM with one thread: the naive way. */
export interface NaiveModel {
  /** Natural-log probabilities of the last `count` tokens of a sequence, each given all before it. */
  logprobs(ids: readonly number[], count: number): Promise<number[]>;
}

export async function naiveModel(id: string): Promise<NaiveModel> {
  const from = join(publicDir, 'models', id);
  const folder = await mkdtemp(join(tmpdir(), 'knowshot-ort-'));
  const file = async (name: string) => new Uint8Array(await readFile(join(from, name)));
  await exportOnnx(file, folder, ['fp32']);
  const { layers, kvHeads, headWidth, vocabulary } = parseConfig(await file('config.json'));
  ort.env.wasm.wasmPaths = new URL('./', pathToFileURL(createRequire(import.meta.url).resolve('onnxruntime-web'))).href;
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(await readFile(join(folder, 'onnx', 'model.onnx')), {
    executionProviders: ['wasm'],
  });
  const integers = (values: readonly number[], shape: number[]) =>
    new ort.Tensor('int64', BigInt64Array.from(values, BigInt), shape);
  const empty = () => new ort.Tensor('float32', new Float32Array(0), [1, kvHeads, 0, headWidth]);
  return {
    async logprobs(ids, count) {
      const input = ids.slice(0, -1);
      const feeds: Record<string, ort.Tensor> = {
        input_ids: integers(input, [1, input.length]),
        attention_mask: integers(
          input.map(() => 1),
          [1, input.length],
        ),
        position_ids: integers(
          input.map((_, i) => i),
          [1, input.length],
        ),
        num_logits_to_keep: integers([count], []),
      };
      for (let i = 0; i < layers; i++) {
        feeds[`past_key_values.${i}.key`] = empty();
        feeds[`past_key_values.${i}.value`] = empty();
      }
      const { logits } = await session.run(feeds, ['logits']);
      const data = logits?.data as Float32Array;
      return Array.from({ length: count }, (_, i) => {
        const row = data.subarray(i * vocabulary, (i + 1) * vocabulary);
        let top = Number.NEGATIVE_INFINITY;
        for (const x of row) top = Math.max(top, x);
        let mass = 0;
        for (const x of row) mass += Math.exp(x - top);
        return (row[ids[ids.length - count + i] as number] as number) - top - Math.log(mass);
      });
    },
  };
}
