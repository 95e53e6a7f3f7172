import { exp4 } from './exp';

/** out = silu(gate) * up, where each row of `x` is [gate | up], `width` floats each, a multiple of 4. */
export function siluMul(x: usize, out: usize, rows: i32, width: i32): void {
  const bytes = <usize>width << 2;
  const one = f32x4.splat(1);
  for (let row = 0; row < rows; row++, x += bytes << 1, out += bytes) {
    for (let i: usize = 0; i < bytes; i += 16) {
      const gate = v128.load(x + i);
      const up = v128.load(x + bytes + i);
      v128.store(out + i, f32x4.mul(f32x4.div(gate, f32x4.add(one, exp4(f32x4.neg(gate)))), up));
    }
  }
}
