import { silu, siluSlope } from '../../../core/model/ffn-rows.ts';
import type { ModelConfig } from '../config.ts';
import { keyWidth, queryWidth } from '../weights.ts';
import { type Attended, attend, attendBackward, type Heads } from './attention.ts';
import type { Frozen, FrozenLayer } from './frozen.ts';
import { rmsNorm, rmsNormBackward, rmsScales } from './norm.ts';
import type { Rope } from './rope.ts';
import type { Tokens } from './tokens.ts';

/** Keys and values of a prefix in one layer: [place][keyWidth]. */
export interface LayerPrefix {
  readonly keys: Float32Array;
  readonly values: Float32Array;
}

/** What a layer did, as far as its backward pass needs it. States are [token][hidden]. */
export interface LayerPass {
  readonly input: Float32Array;
  readonly inputScales: Float64Array;
  readonly heads: Heads;
  readonly attended: Attended;
  readonly middle: Float32Array;
  readonly middleScales: Float64Array;
  /** [token][gate, then up]. */
  readonly gateUp: Float32Array;
  readonly output: Float32Array;
}

export function layerForward(
  frozen: Frozen,
  layer: FrozenLayer,
  rope: Rope,
  tokens: Tokens,
  prefix: LayerPrefix,
  input: Float32Array,
): LayerPass {
  const { hidden, normEps } = frozen.config;
  const inputScales = rmsScales(input, hidden, normEps);
  const qkv = frozen.forward(rmsNorm(input, inputScales, layer.attentionNorm), layer.qkv);
  const heads = splitHeads(qkv, frozen.config, rope, tokens, prefix);
  const attended = attend(heads, tokens);
  const middle = add(frozen.forward(attended.mixed, layer.output), input);
  const middleScales = rmsScales(middle, hidden, normEps);
  const gateUp = frozen.forward(rmsNorm(middle, middleScales, layer.mlpNorm), layer.gateUp);
  const output = add(frozen.forward(gated(gateUp, frozen.config.inner), layer.down), middle);
  return { input, inputScales, heads, attended, middle, middleScales, gateUp, output };
}

/**
 * Adds the gradient with respect to the prefix to `byPrefix`.
 * @param byOutput gradient with respect to the layer's output; becomes the one with respect to `middle`.
 * @param first below the first layer nothing is wanted but the prefix.
 * @returns the gradient with respect to the layer's input; `null` for the first layer.
 */
export function layerBackward(
  frozen: Frozen,
  layer: FrozenLayer,
  rope: Rope,
  tokens: Tokens,
  pass: LayerPass,
  byOutput: Float32Array,
  byPrefix: LayerPrefix,
  first: boolean,
): Float32Array | null {
  const { config } = frozen;
  const byGateUp = gatedBackward(frozen.backward(byOutput, layer.down), pass.gateUp, config.inner);
  const byMiddle = byOutput;
  const byNormed = frozen.backward(byGateUp, layer.gateUp);
  rmsNormBackward(byNormed, pass.middle, pass.middleScales, layer.mlpNorm, byMiddle);
  const byHeads = attendBackward(frozen.backward(byMiddle, layer.output), pass.heads, pass.attended, tokens);
  addPrefix(byHeads, config, tokens.places, byPrefix);
  if (first) return null;
  const byInput = byMiddle;
  const byQkv = joinHeads(byHeads, config, rope, tokens);
  rmsNormBackward(frozen.backward(byQkv, layer.qkv), pass.input, pass.inputScales, layer.attentionNorm, byInput);
  return byInput;
}

/** Adds `b` to `a`. */
function add(a: Float32Array, b: Float32Array): Float32Array {
  for (let i = 0; i < a.length; i++) a[i] = (a[i] as number) + (b[i] as number);
  return a;
}

/** silu(gate) * up. */
function gated(gateUp: Float32Array, inner: number): Float32Array {
  const out = new Float32Array(gateUp.length / 2);
  for (let at = 0, row = 0; at < out.length; row += 2 * inner)
    for (let i = row; i < row + inner; i++, at++) out[at] = silu(gateUp[i] as number) * (gateUp[i + inner] as number);
  return out;
}

function gatedBackward(byOut: Float32Array, gateUp: Float32Array, inner: number): Float32Array {
  const by = new Float32Array(gateUp.length);
  for (let at = 0, row = 0; at < byOut.length; row += 2 * inner) {
    for (let i = row; i < row + inner; i++, at++) {
      const gate = gateUp[i] as number;
      by[i] = (byOut[at] as number) * (gateUp[i + inner] as number) * siluSlope(gate);
      by[i + inner] = (byOut[at] as number) * silu(gate);
    }
  }
  return by;
}

function splitHeads(
  qkv: Float32Array,
  config: ModelConfig,
  rope: Rope,
  { positions, places }: Tokens,
  prefix: LayerPrefix,
): Heads {
  const { heads, kvHeads, headWidth: width } = config;
  const [q, kv] = [queryWidth(config), keyWidth(config)];
  const count = positions.length;
  const queries = new Float32Array(count * q);
  const keys = new Float32Array((places + count) * kv);
  const values = new Float32Array((places + count) * kv);
  const scale = width ** -0.5;
  for (let head = 0; head < kvHeads; head++) {
    const plane = head * (places + count) * width;
    for (let place = 0; place < places; place++) {
      const from = place * kv + head * width;
      keys.set(prefix.keys.subarray(from, from + width), plane + place * width);
      values.set(prefix.values.subarray(from, from + width), plane + place * width);
    }
    for (let token = 0; token < count; token++) {
      const from = token * (q + 2 * kv) + q + head * width;
      const at = plane + (places + token) * width;
      keys.set(qkv.subarray(from, from + width), at);
      values.set(qkv.subarray(from + kv, from + kv + width), at);
      rope.turn(keys, at, positions[token] as number, 1);
    }
  }
  for (let token = 0; token < count; token++) {
    const from = token * (q + 2 * kv);
    for (let i = 0; i < q; i++) queries[token * q + i] = (qkv[from + i] as number) * scale;
    for (let head = 0; head < heads; head++)
      rope.turn(queries, token * q + head * width, positions[token] as number, 1);
  }
  return { heads, kvHeads, width, queries, keys, values };
}

/** The inverse for gradients: [token][queries, keys, values], before rotation and scaling. */
function joinHeads(
  { queries, keys, values }: Pick<Heads, 'queries' | 'keys' | 'values'>,
  config: ModelConfig,
  rope: Rope,
  { positions, places }: Tokens,
): Float32Array {
  const { heads, kvHeads, headWidth: width } = config;
  const [q, kv] = [queryWidth(config), keyWidth(config)];
  const count = positions.length;
  const out = new Float32Array(count * (q + 2 * kv));
  const scale = width ** -0.5;
  for (let token = 0; token < count; token++) {
    const to = token * (q + 2 * kv);
    const position = positions[token] as number;
    for (let i = 0; i < q; i++) out[to + i] = (queries[token * q + i] as number) * scale;
    for (let head = 0; head < heads; head++) rope.turn(out, to + head * width, position, -1);
    for (let head = 0; head < kvHeads; head++) {
      const from = (head * (places + count) + places + token) * width;
      const at = to + q + head * width;
      out.set(keys.subarray(from, from + width), at);
      out.set(values.subarray(from, from + width), at + kv);
      rope.turn(out, at, position, -1);
    }
  }
  return out;
}

/** The planes' first rows, added to [place][keyWidth]. */
function addPrefix(
  { keys, values }: Pick<Heads, 'keys' | 'values'>,
  config: ModelConfig,
  places: number,
  to: LayerPrefix,
): void {
  const { kvHeads, headWidth: width } = config;
  const kv = keyWidth(config);
  for (let head = 0; head < kvHeads; head++) {
    const plane = head * (keys.length / kvHeads);
    for (let place = 0; place < places; place++) {
      for (let i = 0; i < width; i++) {
        const at = place * kv + head * width + i;
        to.keys[at] = (to.keys[at] as number) + (keys[plane + place * width + i] as number);
        to.values[at] = (to.values[at] as number) + (values[plane + place * width + i] as number);
      }
    }
  }
}
