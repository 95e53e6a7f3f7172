import { sum4 } from './exp';
import { madd } from './madd';

/** out = x / sqrt(mean(x^2) + eps) * weight, row by row; `width` is a multiple of 4. */
export function rmsNorm(x: usize, weight: usize, out: usize, rows: i32, width: i32, eps: f32): void {
  const bytes = <usize>width << 2;
  for (let row = 0; row < rows; row++, x += bytes, out += bytes) {
    let squares = f32x4.splat(0);
    for (let i: usize = 0; i < bytes; i += 16) {
      const v = v128.load(x + i);
      squares = madd(v, v, squares);
    }
    const scale = f32x4.splat(<f32>1 / sqrt<f32>(sum4(squares) / <f32>width + eps));
    for (let i: usize = 0; i < bytes; i += 16) {
      v128.store(out + i, f32x4.mul(f32x4.mul(v128.load(x + i), scale), v128.load(weight + i)));
    }
  }
}
