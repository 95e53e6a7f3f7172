import { exp4, sum4 } from './exp';
import { madd } from './madd';

// Causal attention of four query rows at a time over cached keys and values that are reached through lists of slots, so that a
// prefix is stored once however many texts go on from it. The first `shared` slots of the four lists are equal and are read once
// for all four rows; what follows is read row by row. Each row's arithmetic is the same in both parts and in any group of four.

/** One group: i32 fields. A group of fewer rows repeats its last row in the lanes that are left. */
const ROW: usize = 0;
/** Keys that the row sees. */
const LENGTH: usize = 16;
/** Address of the row's slots, i32 each. */
const LIST: usize = 32;
const SHARED: usize = 48;
const LANES: usize = 52;
const GROUP_BYTES: usize = 56;

/**
 * q: queries, rotated and scaled, rows `stride` floats apart, heads side by side; keys and values: planes [kv head][capacity][width];
 * out: [row][heads * width]; scratch: 4 floats for each key of the longest list. `width` is a multiple of 8.
 */
export function attend(
  q: usize, stride: i32, keys: usize, values: usize, capacity: i32, groups: usize, groupCount: i32,
  heads: i32, kvHeads: i32, width: i32, out: usize, scratch: usize,
): void {
  attendSome(q, stride, keys, values, capacity, groups, groupCount, heads, kvHeads, width, out, scratch, 0, heads * groupCount);
}

/** Of all groups of all heads, head by head, those from `from` to before `to`. */
export function attendSome(
  q: usize, stride: i32, keys: usize, values: usize, capacity: i32, groups: usize, groupCount: i32,
  heads: i32, kvHeads: i32, width: i32, out: usize, scratch: usize, from: i32, to: i32,
): void {
  const bytes = <usize>width << 2;
  const perKv = heads / kvHeads;
  for (let unit = from; unit < to; unit++) {
    const head = unit / groupCount;
    const group = groups + <usize>(unit % groupCount) * GROUP_BYTES;
    const plane = <usize>(head / perKv) * <usize>capacity * bytes;
    scoreShared(q + <usize>head * bytes, <usize>stride << 2, keys + plane, group, bytes, scratch);
    const longest = scoreOwn(q + <usize>head * bytes, <usize>stride << 2, keys + plane, group, bytes, scratch);
    const total = soften(scratch, longest);
    mix(values + plane, group, bytes, out + <usize>head * bytes, <usize>heads * bytes, scratch, total);
  }
}

/** Keys that the first row of a group sees. */
export function keysOf(groups: usize, group: i32): i32 {
  return field(groups + <usize>group * GROUP_BYTES, LENGTH, 0);
}

// @ts-ignore: decorator
@inline
function field(group: usize, offset: usize, lane: i32): i32 {
  return load<i32>(group + offset + (<usize>lane << 2));
}

// Keys are taken in pairs; an odd shared key is read row by row.
// @ts-ignore: decorator
@inline
function sharedPairs(group: usize): i32 {
  return load<i32>(group + SHARED) & ~1;
}

// @ts-ignore: decorator
@inline
function slotAt(list: usize, index: i32): usize {
  return <usize>load<i32>(list + (<usize>index << 2));
}

// Lane i of the result is the sum of the four lanes of the i-th argument, added in the order of sum4.
// @ts-ignore: decorator
@inline
function sumEach(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab0 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const cd0 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const ab1 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  const cd1 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  const low = f32x4.add(v128.shuffle<f32>(ab0, cd0, 0, 1, 4, 5), v128.shuffle<f32>(ab0, cd0, 2, 3, 6, 7));
  const high = f32x4.add(v128.shuffle<f32>(ab1, cd1, 0, 1, 4, 5), v128.shuffle<f32>(ab1, cd1, 2, 3, 6, 7));
  return f32x4.add(low, high);
}

/** scratch[j][lane] = q . k_j for the shared keys. */
function scoreShared(q: usize, stride: usize, keys: usize, group: usize, bytes: usize, scratch: usize): void {
  const q0 = q + <usize>field(group, ROW, 0) * stride;
  const q1 = q + <usize>field(group, ROW, 1) * stride;
  const q2 = q + <usize>field(group, ROW, 2) * stride;
  const q3 = q + <usize>field(group, ROW, 3) * stride;
  const list = <usize>field(group, LIST, 0);
  const shared = sharedPairs(group);
  for (let j = 0; j < shared; j += 2) {
    let k0 = keys + slotAt(list, j) * bytes;
    let k1 = keys + slotAt(list, j + 1) * bytes;
    let p0 = q0, p1 = q1, p2 = q2, p3 = q3;
    let a0 = f32x4.splat(0), a1 = f32x4.splat(0), a2 = f32x4.splat(0), a3 = f32x4.splat(0);
    let b0 = f32x4.splat(0), b1 = f32x4.splat(0), b2 = f32x4.splat(0), b3 = f32x4.splat(0);
    const end = k0 + bytes;
    for (;;) {
      const x = v128.load(k0);
      const y = v128.load(k1);
      const v0 = v128.load(p0);
      a0 = madd(v0, x, a0);
      b0 = madd(v0, y, b0);
      const v1 = v128.load(p1);
      a1 = madd(v1, x, a1);
      b1 = madd(v1, y, b1);
      const v2 = v128.load(p2);
      a2 = madd(v2, x, a2);
      b2 = madd(v2, y, b2);
      const v3 = v128.load(p3);
      a3 = madd(v3, x, a3);
      b3 = madd(v3, y, b3);
      // Never taken. Without an end of the block here, V8 loads for both steps first, and has too few registers for that.
      if (k0 >= end) break;
      const s = v128.load(k0, 16);
      const t = v128.load(k1, 16);
      const u0 = v128.load(p0, 16);
      a0 = madd(u0, s, a0);
      b0 = madd(u0, t, b0);
      const u1 = v128.load(p1, 16);
      a1 = madd(u1, s, a1);
      b1 = madd(u1, t, b1);
      const u2 = v128.load(p2, 16);
      a2 = madd(u2, s, a2);
      b2 = madd(u2, t, b2);
      const u3 = v128.load(p3, 16);
      a3 = madd(u3, s, a3);
      b3 = madd(u3, t, b3);
      k0 += 32;
      k1 += 32;
      p0 += 32;
      p1 += 32;
      p2 += 32;
      p3 += 32;
      if (k0 >= end) break;
    }
    const to = scratch + (<usize>j << 4);
    v128.store(to, sumEach(a0, a1, a2, a3));
    v128.store(to, sumEach(b0, b1, b2, b3), 16);
  }
}

/** The keys after the shared ones, lane by lane; a lane that has ended gets -Infinity. Returns the longest length. */
function scoreOwn(q: usize, stride: usize, keys: usize, group: usize, bytes: usize, scratch: usize): i32 {
  let longest = 0;
  for (let lane = 0; lane < 4; lane++) longest = max(longest, field(group, LENGTH, lane));
  const start = sharedPairs(group);
  const lanes = load<i32>(group + LANES);
  for (let lane = 0; lane < 4; lane++) {
    const row = q + <usize>field(group, ROW, lane) * stride;
    const list = <usize>field(group, LIST, lane);
    const length = lane < lanes ? field(group, LENGTH, lane) : start;
    for (let j = start; j < longest; j++) {
      let dot = <f32>-Infinity;
      if (j < length) {
        const key = keys + slotAt(list, j) * bytes;
        let sum = f32x4.splat(0);
        for (let i: usize = 0; i < bytes; i += 16) sum = madd(v128.load(row + i), v128.load(key + i), sum);
        dot = sum4(sum);
      }
      store<f32>(scratch + (<usize>j << 4) + (<usize>lane << 2), dot);
    }
  }
  return longest;
}

/** scratch = exp(scratch - maximum) in each lane; returns 1 / sum. */
function soften(scratch: usize, length: i32): v128 {
  const end = scratch + (<usize>length << 4);
  let highest = v128.load(scratch);
  for (let at = scratch; at < end; at += 16) highest = f32x4.pmax(highest, v128.load(at));
  let sum = f32x4.splat(0);
  for (let at = scratch; at < end; at += 16) {
    const weight = exp4(f32x4.sub(v128.load(at), highest));
    v128.store(at, weight);
    sum = f32x4.add(sum, weight);
  }
  return f32x4.div(f32x4.splat(1), sum);
}

/** out = sum_j weight_j * v_j / total, eight columns of the four rows at a time. */
function mix(values: usize, group: usize, bytes: usize, out: usize, outStride: usize, weights: usize, total: v128): void {
  const list = <usize>field(group, LIST, 0);
  const shared = sharedPairs(group);
  const lanes = load<i32>(group + LANES);
  for (let column: usize = 0; column < bytes; column += 32) {
    const base = values + column;
    let a0 = f32x4.splat(0), a1 = f32x4.splat(0), b0 = f32x4.splat(0), b1 = f32x4.splat(0);
    let c0 = f32x4.splat(0), c1 = f32x4.splat(0), d0 = f32x4.splat(0), d1 = f32x4.splat(0);
    for (let j = 0; j < shared; j++) {
      const value = base + slotAt(list, j) * bytes;
      const x = v128.load(value);
      const y = v128.load(value, 16);
      const at = weights + (<usize>j << 4);
      const s0 = v128.load32_splat(at);
      a0 = madd(s0, x, a0);
      a1 = madd(s0, y, a1);
      const s1 = v128.load32_splat(at, 4);
      b0 = madd(s1, x, b0);
      b1 = madd(s1, y, b1);
      const s2 = v128.load32_splat(at, 8);
      c0 = madd(s2, x, c0);
      c1 = madd(s2, y, c1);
      const s3 = v128.load32_splat(at, 12);
      d0 = madd(s3, x, d0);
      d1 = madd(s3, y, d1);
    }
    const to = out + column;
    mixOwn(base, group, 0, shared, bytes, weights, a0, a1, f32x4.extract_lane(total, 0), to, outStride);
    if (lanes > 1) mixOwn(base, group, 1, shared, bytes, weights, b0, b1, f32x4.extract_lane(total, 1), to, outStride);
    if (lanes > 2) mixOwn(base, group, 2, shared, bytes, weights, c0, c1, f32x4.extract_lane(total, 2), to, outStride);
    if (lanes > 3) mixOwn(base, group, 3, shared, bytes, weights, d0, d1, f32x4.extract_lane(total, 3), to, outStride);
  }
}

// @ts-ignore: decorator
@inline
function mixOwn(
  values: usize, group: usize, lane: i32, start: i32, bytes: usize, weights: usize,
  x: v128, y: v128, total: f32, out: usize, outStride: usize,
): void {
  const list = <usize>field(group, LIST, lane);
  const length = field(group, LENGTH, lane);
  for (let j = start; j < length; j++) {
    const value = values + slotAt(list, j) * bytes;
    const s = v128.load32_splat(weights + (<usize>j << 4) + (<usize>lane << 2));
    x = madd(s, v128.load(value), x);
    y = madd(s, v128.load(value, 16), y);
  }
  const to = out + <usize>field(group, ROW, lane) * outStride;
  v128.store(to, f32x4.mul(x, f32x4.splat(total)));
  v128.store(to, f32x4.mul(y, f32x4.splat(total)), 16);
}
