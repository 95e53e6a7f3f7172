import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { AssetSource } from '../../../src/engines/assets/asset-source.ts';
import { sha256Hex } from '../../../src/engines/assets/sha256.ts';

export interface TinyShape {
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headWidth: number;
  readonly inner: number;
  readonly context: number;
  readonly tied: boolean;
  readonly quantised: boolean;
  /** Tokens that no text uses, to make the vocabulary larger. */
  readonly extraTokens: number;
}

export const TINY: TinyShape = {
  hidden: 32,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headWidth: 8,
  inner: 48,
  context: 96,
  tied: true,
  quantised: false,
  extraTokens: 0,
};

export interface TinyModel {
  readonly shape: TinyShape;
  readonly config: Record<string, unknown>;
  readonly vocabulary: number;
  /** Matrices in row order, as the model file means them. */
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Float64Array }>;
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  readonly assets: AssetSource;
}

const MERGES = [
  'h e',
  'l l',
  'he ll',
  'hell o',
  'Ġ w',
  'Ġ a',
  'Ġ b',
  'a n',
  'Ġa n',
  'Ġan d',
  'o o',
  'g oo',
  'goo d',
  'Ġ g',
  'Ġg oo',
  'Ġgoo d',
  'n d',
];

/** A random model with a byte-level BPE tokenizer, in the files of a real one. */
export async function tinyModel(changes: Partial<TinyShape> = {}, seed = 7): Promise<TinyModel> {
  const shape = { ...TINY, ...changes };
  const tokenizer = byteTokenizer(shape.extraTokens);
  const vocabulary = Object.keys(tokenizer.model.vocab).length;
  const { hidden, heads, kvHeads, headWidth, inner, layers } = shape;
  const config = {
    model_type: 'llama',
    hidden_act: 'silu',
    hidden_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: kvHeads,
    head_dim: headWidth,
    intermediate_size: inner,
    vocab_size: vocabulary,
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
    max_position_embeddings: shape.context,
    tie_word_embeddings: shape.tied,
    bos_token_id: 0,
    eos_token_id: 1,
  };
  const generator = xoroshiro128plus(seed);
  const tensors: TinyModel['tensors'] = new Map();
  const data: { name: string; dtype: string; shape: number[]; bytes: Uint8Array }[] = [];
  const add = (name: string, size: number[], scale: number, centre: number, quantise: boolean) => {
    const count = size.reduce((a, b) => a * b, 1);
    let values = Float32Array.from({ length: count }, () => centre + (uniformFloat64(generator) * 2 - 1) * scale);
    if (quantise) {
      const [rows, columns] = size as [number, number];
      const scales = new Float32Array(rows).fill(scale / 127);
      const ints = Int8Array.from(values, (value) => Math.round(value / (scale / 127)));
      values = Float32Array.from(ints, (value, i) => value * (scales[Math.floor(i / columns)] as number));
      data.push({ name, dtype: 'I8', shape: size, bytes: new Uint8Array(ints.buffer) });
      data.push({ name: `${name}_scale`, dtype: 'F32', shape: [rows, 1], bytes: new Uint8Array(scales.buffer) });
    } else data.push({ name, dtype: 'F32', shape: size, bytes: new Uint8Array(values.buffer) });
    (tensors as Map<string, unknown>).set(name, { shape: size, values: Float64Array.from(values) });
  };
  const matrix = (name: string, rows: number, columns: number) =>
    add(`${name}.weight`, [rows, columns], 2 / Math.sqrt(columns), 0, shape.quantised);
  const vector = (name: string) => add(name, [hidden], 0.2, 1, false);
  matrix('model.embed_tokens', vocabulary, hidden);
  if (!shape.tied) matrix('lm_head', vocabulary, hidden);
  for (let i = 0; i < layers; i++) {
    const layer = `model.layers.${i}`;
    vector(`${layer}.input_layernorm.weight`);
    matrix(`${layer}.self_attn.q_proj`, heads * headWidth, hidden);
    matrix(`${layer}.self_attn.k_proj`, kvHeads * headWidth, hidden);
    matrix(`${layer}.self_attn.v_proj`, kvHeads * headWidth, hidden);
    matrix(`${layer}.self_attn.o_proj`, hidden, heads * headWidth);
    vector(`${layer}.post_attention_layernorm.weight`);
    matrix(`${layer}.mlp.gate_proj`, inner, hidden);
    matrix(`${layer}.mlp.up_proj`, inner, hidden);
    matrix(`${layer}.mlp.down_proj`, hidden, inner);
  }
  vector('model.norm.weight');
  add('embedding_mean', [hidden], 0.1, 0, false);
  const files = new Map<string, Uint8Array<ArrayBuffer>>([
    ['config.json', json(config)],
    ['tokenizer.json', json(tokenizer)],
    [
      'tokenizer_config.json',
      json({ tokenizer_class: 'PreTrainedTokenizerFast', clean_up_tokenization_spaces: false }),
    ],
    ['model.safetensors', safetensors(data)],
  ]);
  await writeManifest(files, layers);
  return { shape, config, vocabulary, tensors, files, assets: memoryAssets('models/tiny', files) };
}

export const json = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value));

/** Hashes as the files are now. */
export async function writeManifest(files: Map<string, Uint8Array<ArrayBuffer>>, embedLayer: number): Promise<void> {
  const entries: Record<string, unknown> = {};
  for (const [name, bytes] of files) {
    if (name !== 'manifest.json') entries[name] = { bytes: bytes.length, sha256: await sha256Hex(bytes) };
  }
  const manifest = {
    id: 'tiny',
    revision: '1',
    title: 'Tiny',
    files: entries,
    parameters: 1000,
    embedLayer,
    embedPooling: 'mean',
  };
  files.set('manifest.json', json(manifest));
}

export function memoryAssets(folder: string, files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): AssetSource {
  return {
    async read(path) {
      const bytes = files.get(path.slice(folder.length + 1));
      if (!path.startsWith(`${folder}/`) || !bytes) throw new Error(`no ${path}`);
      return bytes;
    },
  };
}

export function safetensors(
  tensors: readonly { name: string; dtype: string; shape: number[]; bytes: Uint8Array }[],
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let at = 0;
  for (const { name, dtype, shape, bytes } of tensors) {
    header[name] = { dtype, shape, data_offsets: [at, at + bytes.length] };
    at += bytes.length;
  }
  const head = json(header);
  const file = new Uint8Array(8 + head.length + at);
  new DataView(file.buffer).setBigUint64(0, BigInt(head.length), true);
  file.set(head, 8);
  at = 8 + head.length;
  for (const { bytes } of tensors) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

function byteTokenizer(extraTokens: number) {
  // GPT-2's map of bytes to printable characters.
  const printable = [...range(33, 126), ...range(161, 172), ...range(174, 255)];
  let next = 256;
  const characters = range(0, 255).map((byte) => String.fromCodePoint(printable.includes(byte) ? byte : next++));
  const vocab: Record<string, number> = { '<s>': 0, '</s>': 1 };
  let size = 2;
  for (const token of [...characters, ...MERGES.map((merge) => merge.replace(' ', ''))]) vocab[token] = size++;
  for (let i = 0; i < extraTokens; i++) vocab[`<unused ${i}>`] = size++;
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [0, 1].map((id) => ({
      id,
      content: id === 0 ? '<s>' : '</s>',
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab,
      merges: MERGES,
    },
  };
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
