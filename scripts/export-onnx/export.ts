import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseConfig } from '../../src/engines/embedded/config.ts';
import { Safetensors } from '../../src/engines/embedded/safetensors.ts';
import { llamaGraph, type Storage } from './llama.ts';

/** Names that transformers.js looks for, by how the weights are kept. */
const GRAPHS = { fp32: 'model.onnx', int8: 'model_quantized.onnx' } as const satisfies Record<Storage, string>;

/**
 * Writes an embedded model as a folder that transformers.js and Hugging Face's tools read.
 * @param file bytes of a file of the model by name.
 */
export async function exportOnnx(
  file: (name: string) => Promise<Uint8Array<ArrayBuffer>> | Uint8Array<ArrayBuffer>,
  folder: string,
  storages: readonly Storage[] = ['fp32'],
): Promise<void> {
  const text = async (name: string) => JSON.parse(new TextDecoder().decode(await file(name)));
  const config = parseConfig(await file('config.json'));
  const weights = new Safetensors(await file('model.safetensors'));
  const { quantization_config: _, ...plain } = await text('config.json');
  const json = (value: unknown) => `${JSON.stringify(value)}\n`;
  await mkdir(join(folder, 'onnx'), { recursive: true });
  await Promise.all([
    writeFile(
      join(folder, 'config.json'),
      json({ architectures: ['LlamaForCausalLM'], model_type: 'llama', ...plain }),
    ),
    writeFile(join(folder, 'tokenizer.json'), json(withStart(await text('tokenizer.json'), config.bos))),
    writeFile(join(folder, 'tokenizer_config.json'), json(await text('tokenizer_config.json'))),
    ...storages.map((storage) =>
      writeFile(join(folder, 'onnx', GRAPHS[storage]), llamaGraph(weights, config, storage)),
    ),
  ]);
}

interface TokenizerJson {
  readonly added_tokens?: readonly { readonly id: number; readonly content: string }[];
  readonly post_processor?: unknown;
}

/** The embedded engine reads every text after the start token; elsewhere the tokenizer's file must say so. */
function withStart(tokenizer: TokenizerJson, bos: number): TokenizerJson {
  if (tokenizer.post_processor != null) return tokenizer;
  const start = tokenizer.added_tokens?.find((token) => token.id === bos)?.content;
  if (start === undefined) throw new Error(`tokenizer.json has no added token with the id ${bos} of the start token`);
  const special = { SpecialToken: { id: start, type_id: 0 } };
  const sequence = (id: string) => ({ Sequence: { id, type_id: 0 } });
  return {
    ...tokenizer,
    post_processor: {
      type: 'TemplateProcessing',
      single: [special, sequence('A')],
      pair: [special, sequence('A'), sequence('B')],
      special_tokens: { [start]: { id: start, ids: [bos], tokens: [start] } },
    },
  };
}
