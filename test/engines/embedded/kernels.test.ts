import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Kernels } from '../../../src/engines/embedded/kernels.ts';
import { Arena, startKernels } from '../../../src/engines/embedded/kernels.ts';
import { readKernels } from '../../../src/engines/embedded/node.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

test('the kernels are what their source compiles to', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kernels-'));
  try {
    execFileSync(process.execPath, [join(root, 'scripts/build-kernels.js'), folder]);
    const variants = ['', '-threaded', '-relaxed', '-threaded-relaxed'];
    for (const file of variants.map((variant) => `kernels${variant}.wasm`))
      expect(readFileSync(join(folder, file)).equals(readFileSync(join(root, 'src/engines/embedded', file)))).toBe(
        true,
      );
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);

describe('kernels', () => {
  let arena: Arena;
  let kernels: Kernels;
  beforeAll(async () => {
    arena = new Arena(8 << 20);
    kernels = await startKernels(await readKernels(), arena.memory);
  });

  const put = (values: ArrayLike<number>): number => {
    const at = arena.take(values.length * 4);
    arena.f32(at, values.length).set(values);
    return at;
  };
  const noise = (count: number, seed: number) =>
    Float32Array.from({ length: count }, (_, i) => Math.fround(Math.sin(i * 12.9898 + seed * 78.233) * 2));

  test('exp is right to 1e-6 from -87 to 88, 0 below, and hides no NaN', () => {
    const xs = Float32Array.from({ length: 17500 }, (_, i) => -87 + i / 100);
    const at = put(xs);
    kernels.expInto(at, at, xs.length);
    const ys = arena.f32(at, xs.length);
    const worst = xs.reduce((error, x, i) => Math.max(error, Math.abs((ys[i] as number) / Math.exp(x) - 1)), 0);
    expect(worst).toBeLessThan(1e-6);
    const other = put([-87.1, Number.NEGATIVE_INFINITY, Number.NaN, 0]);
    kernels.expInto(other, other, 4);
    expect([...arena.f32(other, 4)]).toEqual([0, 0, Number.NaN, 1]);
  });

  test.each([
    [64, 64],
    [40, 24],
  ])('matmul %i x %i: right, and each row the same bits in any number of rows', (n, k) => {
    const rows = 9;
    const a = noise(rows * k, 1);
    const w = noise(n * k, 2);
    const aAt = put(a);
    const packed = arena.take(n * k * 4);
    kernels.packF32(put(w), packed, 0, n, k);
    const all = arena.take(rows * n * 4);
    kernels.matmul(aAt, packed, all, rows, k, n, n, 0);
    const expected = Array.from({ length: rows * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      let sum = 0;
      for (let x = 0; x < k; x++) sum += (a[i * k + x] as number) * (w[j * k + x] as number);
      return sum;
    });
    const worst = expected.reduce(
      (error, value, at) => Math.max(error, Math.abs(value - (arena.f32(all, rows * n)[at] as number))),
      0,
    );
    expect(worst).toBeLessThan(1e-4);
    for (let m = 1; m <= rows; m++) {
      for (let first = 0; first + m <= rows; first++) {
        const part = arena.take(m * n * 4);
        kernels.matmul(aAt + first * k * 4, packed, part, m, k, n, n, 0);
        expect(arena.f32(part, m * n)).toEqual(arena.f32(all + first * n * 4, m * n));
      }
    }
  });

  test('matmul adds to what is there, once for each row', () => {
    const [n, k, rows] = [32, 8, 3];
    const packed = arena.take(n * k * 4);
    kernels.packF32(put(noise(n * k, 3)), packed, 0, n, k);
    const a = put(noise(rows * k, 4));
    const fresh = arena.take(rows * n * 4);
    const added = put(new Float32Array(rows * n).fill(1));
    kernels.matmul(a, packed, fresh, rows, k, n, n, 0);
    kernels.matmul(a, packed, added, rows, k, n, n, 1);
    expect(arena.f32(added, rows * n)).toEqual(arena.f32(fresh, rows * n).map((value) => Math.fround(1 + value)));
  });

  test('packed int8 rows are read back times their scale', () => {
    const at = arena.take(16 * 8);
    new Int8Array(arena.memory.buffer, at, 128).set(Array.from({ length: 128 }, (_, i) => i - 64));
    const packed = arena.take(16 * 8 * 4);
    kernels.packI8(at, put(Array.from({ length: 16 }, (_, i) => i + 1)), packed, 0, 16, 8);
    const ids = arena.take(8);
    arena.i32(ids, 2).set([13, 2]);
    const out = arena.take(16 * 4);
    kernels.gatherRows(packed, ids, out, 2, 8);
    const row = (i: number) => Array.from({ length: 8 }, (_, j) => (i * 8 + j - 64) * (i + 1));
    expect([...arena.f32(out, 16)]).toEqual([...row(13), ...row(2)]);
  });

  test.each([1, 3, 4, 30, 275])('log-sum-exp of %i logits', (count) => {
    const logits = noise(count, 5);
    const out = arena.take(8);
    kernels.logSumExp(put(logits), count, 1, count, out);
    const [top, sum] = arena.f32(out, 2) as unknown as [number, number];
    expect(top).toBe(Math.max(...logits));
    expect(top + Math.log(sum)).toBeCloseTo(Math.log(logits.reduce((total, x) => total + Math.exp(x), 0)), 5);
  });
});
