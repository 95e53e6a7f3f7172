import type { ModelConfig } from '../../src/engines/embedded/config.ts';
import type { Safetensors } from '../../src/engines/embedded/safetensors.ts';
import { toFloat32 } from '../../src/engines/embedded/safetensors.ts';
import { Graph } from './graph.ts';

/** How the matrices are kept in the file. Both give the same numbers where the model has int8 weights. */
export type Storage = 'fp32' | 'int8';

const LAST = 9223372036854775807n;

/**
 * A decoder of the Llama family as ONNX, with the inputs and outputs that Hugging Face's exports have: the keys and values of
 * earlier tokens go in and come out, and `num_logits_to_keep` says how many last places get logits (0: all).
 */
export function llamaGraph(file: Safetensors, config: ModelConfig, storage: Storage): Uint8Array<ArrayBuffer> {
  return new Llama(file, config, storage).build();
}

class Llama {
  readonly #g = new Graph();
  readonly #file: Safetensors;
  readonly #config: ModelConfig;
  readonly #storage: Storage;

  constructor(file: Safetensors, config: ModelConfig, storage: Storage) {
    this.#file = file;
    this.#config = config;
    this.#storage = storage;
  }

  build(): Uint8Array<ArrayBuffer> {
    const g = this.#g;
    const { layers, kvHeads, headWidth, vocabulary } = this.#config;
    const ids = g.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
    const seen = g.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length']);
    const positions = g.input('position_ids', 'int64', ['batch_size', 'sequence_length']);
    const keep = g.input('num_logits_to_keep', 'int64', []);
    const past = (i: number, part: string) =>
      g.input(`past_key_values.${i}.${part}`, 'float', ['batch_size', kvHeads, 'past_sequence_length', headWidth]);
    const pasts = Array.from({ length: layers }, (_, i) => ({ key: past(i, 'key'), value: past(i, 'value') }));
    const rotation = this.#rotation(positions);
    const mask = this.#mask(ids, seen);
    let x = this.#embed(ids);
    const presents: { key: string; value: string }[] = [];
    for (const [i, kept] of pasts.entries()) {
      const layer = `model.layers.${i}`;
      const { output, key, value } = this.#attention(
        layer,
        this.#norm(x, `${layer}.input_layernorm`),
        rotation,
        mask,
        kept,
      );
      presents.push({ key, value });
      x = g.op('Add', [x, output]);
      x = g.op('Add', [x, this.#mlp(layer, this.#norm(x, `${layer}.post_attention_layernorm`))]);
    }
    const last = g.op('Slice', [
      x,
      g.op('Reshape', [g.op('Neg', [keep]), g.ints([1], 1)]),
      g.ints([1], LAST),
      g.ints([1], 1),
    ]);
    const head = this.#matrix(this.#config.tied ? 'model.embed_tokens' : 'lm_head', vocabulary, this.#config.hidden);
    g.output('logits', g.op('MatMul', [this.#norm(last, 'model.norm'), head]), 'float', [
      'batch_size',
      'kept_length',
      vocabulary,
    ]);
    const shape = ['batch_size', kvHeads, 'total_sequence_length', headWidth];
    for (const [i, { key, value }] of presents.entries()) {
      g.output(`present.${i}.key`, key, 'float', shape);
      g.output(`present.${i}.value`, value, 'float', shape);
    }
    return g.finish('llama');
  }

  #embed(ids: string): string {
    const g = this.#g;
    const { vocabulary, hidden } = this.#config;
    const name = 'model.embed_tokens';
    const tensor = this.#file.get(`${name}.weight`, [vocabulary, hidden]);
    if (this.#storage === 'fp32' || tensor.dtype !== 'I8')
      return g.op('Gather', [
        g.weights(`${name}.table`, 'float', [vocabulary, hidden], this.#floats(name, vocabulary, hidden)),
        ids,
      ]);
    const table = g.weights(`${name}.table`, 'int8', [vocabulary, hidden], tensor.bytes);
    const scales = g.weights(`${name}.table_scale`, 'float', [vocabulary, 1], this.#scales(name, vocabulary));
    const rows = g.op('Cast', [g.op('Gather', [table, ids])], { to: 1 });
    return g.op('Mul', [rows, g.op('Gather', [scales, ids])]);
  }

  /** Cosines and sines of the rotary angles. Shape: [batch, 1, sequence, head]. */
  #rotation(positions: string): { cos: string; sin: string } {
    const g = this.#g;
    const { headWidth, ropeTheta } = this.#config;
    const half = Array.from({ length: headWidth / 2 }, (_, i) => ropeTheta ** ((-2 * i) / headWidth));
    const speeds = g.floats([1, 1, headWidth], ...half, ...half);
    const angles = g.op('Mul', [g.op('Unsqueeze', [g.op('Cast', [positions], { to: 1 }), g.ints([1], 2)]), speeds]);
    const heads = g.ints([1], 1);
    return {
      cos: g.op('Unsqueeze', [g.op('Cos', [angles]), heads]),
      sin: g.op('Unsqueeze', [g.op('Sin', [angles]), heads]),
    };
  }

  /** 0 where a place may look, a very negative number where not. Shape: [batch, 1, 1, sequence, total]. */
  #mask(ids: string, seen: string): string {
    const g = this.#g;
    const length = (value: string) => g.op('Gather', [g.op('Shape', [value]), g.ints([], 1)]);
    const total = length(seen);
    const keys = g.op('Range', [g.ints([], 0), total, g.ints([], 1)]);
    const queries = g.op('Range', [g.op('Sub', [total, length(ids)]), total, g.ints([], 1)]);
    const before = g.op('LessOrEqual', [keys, g.op('Unsqueeze', [queries, g.ints([1], 1)])]);
    const real = g.op('Unsqueeze', [g.op('Cast', [seen], { to: 9 }), g.ints([3], 1, 2, 3)]);
    return g.op('Where', [g.op('And', [before, real]), g.floats([], 0), g.floats([], -3e38)]);
  }

  #norm(x: string, name: string): string {
    const g = this.#g;
    const { hidden, normEps } = this.#config;
    const mean = g.op('ReduceMean', [g.op('Mul', [x, x])], { axes: [-1], keepdims: 1 });
    const scaled = g.op('Div', [x, g.op('Sqrt', [g.op('Add', [mean, g.floats([], normEps)])])]);
    const weight = toFloat32(this.#file.get(`${name}.weight`, [hidden]));
    return g.op('Mul', [scaled, g.weights(`${name}.weight`, 'float', [hidden], weight)]);
  }

  #attention(
    layer: string,
    x: string,
    rotation: { cos: string; sin: string },
    mask: string,
    past: { key: string; value: string },
  ) {
    const g = this.#g;
    const { hidden, heads, kvHeads, headWidth } = this.#config;
    const project = (part: string, n: number) => {
      const all = g.op('MatMul', [x, this.#matrix(`${layer}.self_attn.${part}_proj`, n * headWidth, hidden)]);
      return g.op('Transpose', [g.op('Reshape', [all, g.ints([4], 0, 0, n, headWidth)])], { perm: [0, 2, 1, 3] });
    };
    const q = this.#rotate(project('q', heads), rotation);
    const key = g.op('Concat', [past.key, this.#rotate(project('k', kvHeads), rotation)], { axis: 2 });
    const value = g.op('Concat', [past.value, project('v', kvHeads)], { axis: 2 });
    // Several query heads share one head of keys and values.
    const grouped = g.op('Reshape', [q, g.ints([5], 0, kvHeads, heads / kvHeads, -1, headWidth)]);
    const one = (kv: string) => g.op('Unsqueeze', [kv, g.ints([1], 2)]);
    const turned = g.op('Transpose', [one(key)], { perm: [0, 1, 2, 4, 3] });
    const scores = g.op('Mul', [g.op('MatMul', [grouped, turned]), g.floats([], 1 / Math.sqrt(headWidth))]);
    const mixed = g.op('MatMul', [g.op('Softmax', [g.op('Add', [scores, mask])], { axis: -1 }), one(value)]);
    const joined = g.op('Transpose', [g.op('Reshape', [mixed, g.ints([4], 0, heads, -1, headWidth)])], {
      perm: [0, 2, 1, 3],
    });
    const flat = g.op('Reshape', [joined, g.ints([3], 0, 0, heads * headWidth)]);
    return {
      output: g.op('MatMul', [flat, this.#matrix(`${layer}.self_attn.o_proj`, hidden, heads * headWidth)]),
      key,
      value,
    };
  }

  #rotate(x: string, { cos, sin }: { cos: string; sin: string }): string {
    const g = this.#g;
    const [low = '', high = ''] = g.ops('Split', [x], 2, { axis: -1 });
    const turned = g.op('Concat', [g.op('Neg', [high]), low], { axis: -1 });
    return g.op('Add', [g.op('Mul', [x, cos]), g.op('Mul', [turned, sin])]);
  }

  #mlp(layer: string, x: string): string {
    const g = this.#g;
    const { hidden, inner } = this.#config;
    const gate = g.op('MatMul', [x, this.#matrix(`${layer}.mlp.gate_proj`, inner, hidden)]);
    const up = g.op('MatMul', [x, this.#matrix(`${layer}.mlp.up_proj`, inner, hidden)]);
    const open = g.op('Mul', [gate, g.op('Sigmoid', [gate])]);
    return g.op('MatMul', [g.op('Mul', [open, up]), this.#matrix(`${layer}.mlp.down_proj`, hidden, inner)]);
  }

  /** A matrix of the file, [rows, columns], turned for a product from the left: [columns, rows]. */
  #matrix(name: string, rows: number, columns: number): string {
    const g = this.#g;
    const tensor = this.#file.get(`${name}.weight`, [rows, columns]);
    if (this.#storage === 'fp32' || tensor.dtype !== 'I8')
      return g.weights(
        `${name}.weight`,
        'float',
        [columns, rows],
        turned(this.#floats(name, rows, columns), new Float32Array(rows * columns), rows, columns),
      );
    const ints = new Int8Array(tensor.bytes.buffer, tensor.bytes.byteOffset, tensor.bytes.byteLength);
    const matrix = g.weights(
      `${name}.weight`,
      'int8',
      [columns, rows],
      turned(ints, new Int8Array(rows * columns), rows, columns),
    );
    const scales = g.weights(`${name}.weight_scale`, 'float', [rows], this.#scales(name, rows));
    // Not DequantizeLinear: runtimes fuse it with the product and then round the activations, too.
    return g.op('Mul', [g.op('Cast', [matrix], { to: 1 }), scales]);
  }

  #floats(name: string, rows: number, columns: number): Float32Array {
    const tensor = this.#file.get(`${name}.weight`, [rows, columns]);
    if (tensor.dtype !== 'I8') return toFloat32(tensor);
    const scales = this.#scales(name, rows);
    const ints = new Int8Array(tensor.bytes.buffer, tensor.bytes.byteOffset, tensor.bytes.byteLength);
    return Float32Array.from(ints, (value, i) => value * (scales[Math.floor(i / columns)] as number));
  }

  #scales(name: string, rows: number): Float32Array {
    return toFloat32(this.#file.get(`${name}.weight_scale`, [rows, 1]));
  }
}

function turned<T extends Float32Array | Int8Array>(from: T, to: T, rows: number, columns: number): T {
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) to[column * rows + row] = from[row * columns + column] as number;
  return to;
}
