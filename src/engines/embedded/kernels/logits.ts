import { exp4, sum4 } from './exp';

/**
 * Per row of logits, `stride` floats apart, `count` of them real: out[2i] = maximum, out[2i + 1] = sum of exp(logit - maximum).
 * The caller takes the logarithm in double precision.
 */
export function logSumExp(logits: usize, stride: i32, rows: i32, count: i32, out: usize): void {
  const whole = <usize>(count & ~3) << 2;
  for (let row = 0; row < rows; row++, logits += <usize>stride << 2, out += 8) {
    let highest = f32x4.splat(-Infinity);
    for (let i: usize = 0; i < whole; i += 16) highest = f32x4.pmax(highest, v128.load(logits + i));
    let top = max(
      max(f32x4.extract_lane(highest, 0), f32x4.extract_lane(highest, 1)),
      max(f32x4.extract_lane(highest, 2), f32x4.extract_lane(highest, 3)),
    );
    for (let i = whole; i < <usize>count << 2; i += 4) top = max(top, load<f32>(logits + i));
    const shift = f32x4.splat(top);
    let sum = f32x4.splat(0);
    for (let i: usize = 0; i < whole; i += 16) sum = f32x4.add(sum, exp4(f32x4.sub(v128.load(logits + i), shift)));
    let total = sum4(sum);
    for (let i = whole; i < <usize>count << 2; i += 4) {
      total += f32x4.extract_lane(exp4(f32x4.splat(load<f32>(logits + i) - top)), 0);
    }
    store<f32>(out, top);
    store<f32>(out + 4, total);
  }
}
