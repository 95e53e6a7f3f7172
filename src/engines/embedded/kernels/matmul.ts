import { madd } from './madd';

// C[m, n] = A[m, k] * W[n, k]^T, W packed in panels of 8 outputs: panel p holds W[8p .. 8p+7] as [k][8].
// Each element is one chain of multiply, add over k in rising order, whatever m is: results do not depend on batching.

/** `n` is a multiple of 8; `ldc` counts floats; `add` != 0 adds to C instead of overwriting it. */
export function matmul(a: usize, w: usize, c: usize, m: i32, k: i32, n: i32, ldc: i32, add: i32): void {
  const rowBytes = <usize>k << 2;
  const outBytes = <usize>ldc << 2;
  if (m == 1 && n % 32 == 0) {
    vector(a, w, c, rowBytes, n, add);
    return;
  }
  for (let p = 0; p < n; p += 8) {
    const panel = w + <usize>p * rowBytes;
    for (let i = 0; i < m; i += 4) {
      // A short tile repeats its last row: the same numbers are computed and stored again.
      const r1 = min(i + 1, m - 1);
      const r2 = min(i + 2, m - 1);
      const r3 = min(i + 3, m - 1);
      tile(
        a + <usize>i * rowBytes, a + <usize>r1 * rowBytes, a + <usize>r2 * rowBytes, a + <usize>r3 * rowBytes,
        panel, rowBytes, c + (<usize>p << 2),
        <usize>i * outBytes, <usize>r1 * outBytes, <usize>r2 * outBytes, <usize>r3 * outBytes, add,
      );
    }
  }
}

// @ts-ignore: decorator
@inline
function min(x: i32, y: i32): i32 {
  return x < y ? x : y;
}

// 4 rows x 8 outputs: 8 accumulators, 2 weight registers and a broadcast fit the 16 registers of SSE and AVX.
// @ts-ignore: decorator
@inline
function tile(
  a0: usize, a1: usize, a2: usize, a3: usize, w: usize, rowBytes: usize, c: usize,
  o0: usize, o1: usize, o2: usize, o3: usize, add: i32,
): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0), c10 = f32x4.splat(0), c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0), c21 = f32x4.splat(0), c30 = f32x4.splat(0), c31 = f32x4.splat(0);
  const end = w + (rowBytes << 3);
  while (w < end) {
    const w0 = v128.load(w);
    const w1 = v128.load(w, 16);
    const s0 = v128.load32_splat(a0);
    c00 = madd(s0, w0, c00);
    c01 = madd(s0, w1, c01);
    const s1 = v128.load32_splat(a1);
    c10 = madd(s1, w0, c10);
    c11 = madd(s1, w1, c11);
    const s2 = v128.load32_splat(a2);
    c20 = madd(s2, w0, c20);
    c21 = madd(s2, w1, c21);
    const s3 = v128.load32_splat(a3);
    c30 = madd(s3, w0, c30);
    c31 = madd(s3, w1, c31);
    a0 += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
    w += 32;
  }
  if (add) {
    // Read all before storing any: repeated rows must not be added twice.
    c00 = f32x4.add(v128.load(c + o0), c00);
    c01 = f32x4.add(v128.load(c + o0, 16), c01);
    c10 = f32x4.add(v128.load(c + o1), c10);
    c11 = f32x4.add(v128.load(c + o1, 16), c11);
    c20 = f32x4.add(v128.load(c + o2), c20);
    c21 = f32x4.add(v128.load(c + o2, 16), c21);
    c30 = f32x4.add(v128.load(c + o3), c30);
    c31 = f32x4.add(v128.load(c + o3, 16), c31);
  }
  v128.store(c + o0, c00);
  v128.store(c + o0, c01, 16);
  v128.store(c + o1, c10);
  v128.store(c + o1, c11, 16);
  v128.store(c + o2, c20);
  v128.store(c + o2, c21, 16);
  v128.store(c + o3, c30);
  v128.store(c + o3, c31, 16);
}

// One row: four panels at a time, so that enough independent chains hide the latency of an addition.
// @ts-ignore: decorator
@inline
function vector(a: usize, w: usize, c: usize, rowBytes: usize, n: i32, add: i32): void {
  const panelBytes = rowBytes << 3;
  for (let p = 0; p < n; p += 32) {
    let w0 = w + <usize>p * rowBytes;
    let w1 = w0 + panelBytes;
    let w2 = w1 + panelBytes;
    let w3 = w2 + panelBytes;
    let c00 = f32x4.splat(0), c01 = f32x4.splat(0), c10 = f32x4.splat(0), c11 = f32x4.splat(0);
    let c20 = f32x4.splat(0), c21 = f32x4.splat(0), c30 = f32x4.splat(0), c31 = f32x4.splat(0);
    for (let x = a; x < a + rowBytes; x += 4) {
      const s = v128.load32_splat(x);
      c00 = madd(s, v128.load(w0), c00);
      c01 = madd(s, v128.load(w0, 16), c01);
      c10 = madd(s, v128.load(w1), c10);
      c11 = madd(s, v128.load(w1, 16), c11);
      c20 = madd(s, v128.load(w2), c20);
      c21 = madd(s, v128.load(w2, 16), c21);
      c30 = madd(s, v128.load(w3), c30);
      c31 = madd(s, v128.load(w3, 16), c31);
      w0 += 32;
      w1 += 32;
      w2 += 32;
      w3 += 32;
    }
    const o = c + (<usize>p << 2);
    put(o, c00, add);
    put(o + 16, c01, add);
    put(o + 32, c10, add);
    put(o + 48, c11, add);
    put(o + 64, c20, add);
    put(o + 80, c21, add);
    put(o + 96, c30, add);
    put(o + 112, c31, add);
  }
}

// @ts-ignore: decorator
@inline
function put(at: usize, value: v128, add: i32): void {
  v128.store(at, add ? f32x4.add(v128.load(at), value) : value);
}
