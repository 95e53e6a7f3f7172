import type { ModelConfig } from '../config.ts';

/**
 * The arithmetic of the decoder in WGSL, all of it in f32. Each number is made by one thread in an order that does not depend
 * on what else is in the pass, so that a prompt's numbers are the same in any batch.
 */

/** Rows and columns of a tile of a matrix product. */
export const TILE = 32;

/** Threads that share one row or one query. */
export const LANES = 64;

/** `rows` and `picks`: how many there are in this pass. */
const COUNTS = 'struct Counts { rows: u32, picks: u32 }';

const READ = 'var<storage, read>';
const WRITE = 'var<storage, read_write>';

/** Declarations of the buffers, bound in this order. */
const buffers = (...list: readonly string[]): string =>
  list.map((text, i) => `@group(0) @binding(${i}) ${text};`).join('\n');

/** output[row] (+)= weights . input[row]; weights [columns][depth]. */
export const matmul = (depth: number, columns: number, add: boolean): string => `
${COUNTS}
${buffers(`${READ} counts: Counts`, `${READ} input: array<f32>`, `${READ} weights: array<f32>`, `${WRITE} output: array<f32>`)}
const DEPTH = ${depth}u;
const COLUMNS = ${columns}u;
var<workgroup> a: array<f32, ${TILE * 16}>;
var<workgroup> b: array<f32, ${TILE * 16}>;

@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let row0 = group.y * ${TILE}u;
  let column0 = group.x * ${TILE}u;
  let thread = local.y * 16u + local.x;
  var sum = array<f32, 4>();
  for (var k0 = 0u; k0 < DEPTH; k0 += 16u) {
    for (var i = thread; i < ${TILE * 16}u; i += 256u) {
      let k = k0 + i % 16u;
      let row = row0 + i / 16u;
      let column = column0 + i / 16u;
      a[i] = select(0.0, input[min(row, counts.rows - 1u) * DEPTH + min(k, DEPTH - 1u)], k < DEPTH);
      b[i] = select(0.0, weights[min(column, COLUMNS - 1u) * DEPTH + min(k, DEPTH - 1u)], k < DEPTH);
    }
    workgroupBarrier();
    for (var k = 0u; k < 16u; k++) {
      let a0 = a[local.y * 16u + k];
      let a1 = a[(local.y + 16u) * 16u + k];
      let b0 = b[local.x * 16u + k];
      let b1 = b[(local.x + 16u) * 16u + k];
      sum[0] += a0 * b0;
      sum[1] += a0 * b1;
      sum[2] += a1 * b0;
      sum[3] += a1 * b1;
    }
    workgroupBarrier();
  }
  for (var i = 0u; i < 4u; i++) {
    let row = row0 + local.y + (i / 2u) * 16u;
    let column = column0 + local.x + (i % 2u) * 16u;
    if (row < counts.rows && column < COLUMNS) {
      let at = row * COLUMNS + column;
      output[at] = ${add ? 'output[at] + ' : ''}sum[i];
    }
  }
}`;

/** Sums one number of each thread, in a fixed order. */
const SUM = `
var<workgroup> partial: array<f32, ${LANES}>;
fn total(lane: u32, value: f32) -> f32 {
  partial[lane] = value;
  workgroupBarrier();
  for (var half = ${LANES / 2}u; half > 0u; half /= 2u) {
    if (lane < half) { partial[lane] += partial[lane + half]; }
    workgroupBarrier();
  }
  let sum = partial[0];
  workgroupBarrier();
  return sum;
}`;

/** output[row] = rms norm of source[slot of the row]. */
export const norm = ({ hidden, normEps }: ModelConfig): string => `
${buffers(`${READ} source: array<f32>`, `${READ} weight: array<f32>`, `${WRITE} output: array<f32>`, `${READ} places: array<u32>`)}
${SUM}
@compute @workgroup_size(${LANES})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.x;
  let start = places[row] * ${hidden}u;
  var squares = 0.0;
  for (var i = lane; i < ${hidden}u; i += ${LANES}u) { squares += source[start + i] * source[start + i]; }
  let scale = inverseSqrt(total(lane, squares) / ${hidden}.0 + ${normEps});
  for (var i = lane; i < ${hidden}u; i += ${LANES}u) { output[row * ${hidden}u + i] = source[start + i] * scale * weight[i]; }
}`;

/** Rows copied from places to places. */
export const copyRows = ({ hidden }: ModelConfig): string => `
${buffers(`${READ} source: array<f32>`, `${WRITE} output: array<f32>`, `${READ} places: array<u32>`, `${READ} targets: array<u32>`)}
@compute @workgroup_size(${LANES})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.x;
  for (var i = lane; i < ${hidden}u; i += ${LANES}u) {
    output[targets[row] * ${hidden}u + i] = source[places[row] * ${hidden}u + i];
  }
}`;

/** Turns queries in place, keys into the cache, and puts values beside them. Row of the cache: a slot. */
export const rotate = ({ heads, kvHeads, headWidth }: ModelConfig): string => {
  const half = headWidth / 2;
  const [q, kv] = [heads * headWidth, kvHeads * headWidth];
  return `
${buffers(`${WRITE} qkv: array<f32>`, `${READ} rope: array<f32>`, `${WRITE} keys: array<f32>`, `${WRITE} values: array<f32>`, `${READ} slots: array<u32>`, `${READ} positions: array<u32>`)}
@compute @workgroup_size(${LANES})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.x;
  let start = row * ${q + 2 * kv}u;
  let turn = positions[row] * ${headWidth}u;
  for (var i = lane; i < ${(heads + kvHeads) * half}u; i += ${LANES}u) {
    let pair = i % ${half}u;
    let at = (i / ${half}u) * ${headWidth}u + pair;
    let x = qkv[start + at];
    let y = qkv[start + at + ${half}u];
    let c = rope[turn + pair];
    let s = rope[turn + ${half}u + pair];
    let x2 = x * c - y * s;
    let y2 = y * c + x * s;
    if (at < ${q}u) {
      qkv[start + at] = x2 * ${headWidth ** -0.5};
      qkv[start + at + ${half}u] = y2 * ${headWidth ** -0.5};
    } else {
      let to = slots[row] * ${kv}u + at - ${q}u;
      keys[to] = x2;
      keys[to + ${half}u] = y2;
    }
  }
  for (var i = lane; i < ${kv}u; i += ${LANES}u) { values[slots[row] * ${kv}u + i] = qkv[start + ${q + kv}u + i]; }
}`;
};

/** One query head over the keys on its row's path, block by block with a running maximum. */
export const attend = ({ heads, kvHeads, headWidth }: ModelConfig): string => {
  const [q, kv] = [heads * headWidth, kvHeads * headWidth];
  return `
${buffers(`${READ} qkv: array<f32>`, `${READ} keys: array<f32>`, `${READ} values: array<f32>`, `${READ} paths: array<u32>`, `${READ} pathOf: array<u32>`, `${READ} positions: array<u32>`, `${WRITE} mixed: array<f32>`)}
var<workgroup> query: array<f32, ${headWidth}>;
var<workgroup> score: array<f32, ${LANES}>;
var<workgroup> place: array<u32, ${LANES}>;
@compute @workgroup_size(${LANES})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.x;
  let head = group.y;
  let offset = (head / ${heads / kvHeads}u) * ${headWidth}u;
  if (lane < ${headWidth}u) { query[lane] = qkv[row * ${q + 2 * kv}u + head * ${headWidth}u + lane]; }
  let count = positions[row] + 1u;
  var top = -3.0e38;
  var mass = 0.0;
  var sum = 0.0;
  for (var first = 0u; first < count; first += ${LANES}u) {
    let here = min(${LANES}u, count - first);
    workgroupBarrier();
    if (lane < here) {
      let at = paths[pathOf[row] + first + lane] * ${kv}u + offset;
      var dot = 0.0;
      for (var i = 0u; i < ${headWidth}u; i++) { dot += query[i] * keys[at + i]; }
      score[lane] = dot;
      place[lane] = at;
    }
    workgroupBarrier();
    var highest = top;
    for (var j = 0u; j < here; j++) { highest = max(highest, score[j]); }
    workgroupBarrier();
    if (lane < here) { score[lane] = exp(score[lane] - highest); }
    workgroupBarrier();
    let shrink = exp(top - highest);
    mass *= shrink;
    sum *= shrink;
    for (var j = 0u; j < here; j++) {
      mass += score[j];
      if (lane < ${headWidth}u) { sum += score[j] * values[place[j] + lane]; }
    }
    top = highest;
  }
  if (lane < ${headWidth}u) { mixed[row * ${q}u + head * ${headWidth}u + lane] = sum / mass; }
}`;
};

/** inner = silu(gate) * up. */
export const gate = ({ inner }: ModelConfig): string => `
${buffers(`${READ} gateUp: array<f32>`, `${WRITE} output: array<f32>`)}
@compute @workgroup_size(${LANES})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let row = group.x;
  for (var i = lane; i < ${inner}u; i += ${LANES}u) {
    let x = gateUp[row * ${2 * inner}u + i];
    output[row * ${inner}u + i] = x / (1.0 + exp(-x)) * gateUp[row * ${2 * inner}u + ${inner}u + i];
  }
}`;

/** Per row the largest logit, and the sum of the exponentials below it. */
export const logSum = ({ vocabulary }: ModelConfig): string => `
${buffers(`${READ} logits: array<f32>`, `${WRITE} sums: array<vec2f>`)}
var<workgroup> highest: array<f32, ${LANES}>;
${SUM}
@compute @workgroup_size(${LANES})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let start = group.x * ${vocabulary}u;
  var top = -3.0e38;
  for (var i = lane; i < ${vocabulary}u; i += ${LANES}u) { top = max(top, logits[start + i]); }
  highest[lane] = top;
  workgroupBarrier();
  for (var j = 0u; j < ${LANES}u; j++) { top = max(top, highest[j]); }
  var mass = 0.0;
  for (var i = lane; i < ${vocabulary}u; i += ${LANES}u) { mass += exp(logits[start + i] - top); }
  let sum = total(lane, mass);
  if (lane == 0u) { sums[group.x] = vec2f(top, sum); }
}`;

/** Of each pick, a row and a token: the logit, and the row's maximum and sum. The logarithm is taken where it is exact. */
export const pick = ({ vocabulary }: ModelConfig): string => `
${COUNTS}
${buffers(`${READ} counts: Counts`, `${READ} logits: array<f32>`, `${READ} sums: array<vec2f>`, `${READ} picks: array<vec2u>`, `${WRITE} picked: array<vec4f>`)}
@compute @workgroup_size(${LANES})
fn main(@builtin(global_invocation_id) thread: vec3u) {
  let i = thread.x;
  if (i >= counts.picks) { return; }
  let p = picks[i];
  let sum = sums[p.x];
  picked[i] = vec4f(logits[p.x * ${vocabulary}u + p.y], sum.x, sum.y, 0.0);
}`;
