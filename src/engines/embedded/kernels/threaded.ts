// The kernels for several threads over one memory. Where a job is worth it, it is shared; else it is done as by one thread.
// Addresses are i32 here, words among the others of a job's description.
import { siluMul as siluMulAlone } from './activation';
import { attend as attendAlone, keysOf } from './attention';
import { ATTEND, describe, LOGITS, MATMUL, OUTPUTS, SILU } from './jobs';
import { logSumExp as logSumExpAlone } from './logits';
import { matmul as matmulAlone } from './matmul';
import { piecesOf, share } from './share';

export { packF32, packI8, gatherRows } from './pack';
export { rmsNorm } from './norm';
export { rotateInto } from './rope';
export { storeHeads } from './store';
export { expInto } from './exp';
export { help, setThreads } from './share';

/** An exponential, in multiplications and additions. */
const EXP: i64 = 8;

export function matmul(a: i32, w: i32, c: i32, m: i32, k: i32, n: i32, ldc: i32, add: i32): void {
  const units = (n + OUTPUTS - 1) / OUTPUTS;
  const pieces = piecesOf(units, <i64>m * <i64>k * <i64>n);
  if (pieces < 2) return matmulAlone(a, w, c, m, k, n, ldc, add);
  describe(MATMUL, a, w, c, m, k, n, ldc, add);
  share(units, pieces);
}

export function attend(
  q: i32, stride: i32, keys: i32, values: i32, capacity: i32, groups: i32, groupCount: i32,
  heads: i32, kvHeads: i32, width: i32, out: i32, scratch: i32,
): void {
  let seen: i64 = 0;
  for (let g = 0; g < groupCount; g++) seen += keysOf(groups, g);
  const units = heads * groupCount;
  const pieces = piecesOf(units, seen * <i64>(8 * heads * width));
  if (pieces < 2) return attendAlone(q, stride, keys, values, capacity, groups, groupCount, heads, kvHeads, width, out, scratch);
  describe(ATTEND, q, stride, keys, values, capacity, groups, groupCount, heads, kvHeads, width, out, scratch);
  share(units, pieces);
}

export function siluMul(x: i32, out: i32, rows: i32, width: i32): void {
  const pieces = piecesOf(rows, EXP * <i64>rows * <i64>width);
  if (pieces < 2) return siluMulAlone(x, out, rows, width);
  describe(SILU, x, out, rows, width);
  share(rows, pieces);
}

export function logSumExp(logits: i32, stride: i32, rows: i32, count: i32, out: i32): void {
  const pieces = piecesOf(rows, EXP * <i64>rows * <i64>count);
  if (pieces < 2) return logSumExpAlone(logits, stride, rows, count, out);
  describe(LOGITS, logits, stride, rows, count, out);
  share(rows, pieces);
}
