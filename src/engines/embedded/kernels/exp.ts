import { madd } from './madd';
// exp for four lanes: 2^n * e^r with |r| <= ln2 / 2 and the degree-6 polynomial of Cephes' expf. Relative error < 2e-7.
// Below -87 the result is exactly 0, so that a masked lane adds nothing at all. NaN stays NaN.

/** 1.5 * 2^23: a sum with it is rounded to a whole number, which then stands in the lowest bits. */
const WHOLE: f32 = 12582912;

// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  const below = f32x4.lt(x, f32x4.splat(-87));
  const clamped = f32x4.pmax(f32x4.pmin(x, f32x4.splat(88)), f32x4.splat(-87));
  const shifted = f32x4.add(f32x4.mul(clamped, f32x4.splat(1.44269504088896341)), f32x4.splat(WHOLE));
  const n = f32x4.sub(shifted, f32x4.splat(WHOLE));
  // ln 2 in two parts, so that the first product is exact.
  let r = madd(n, f32x4.splat(-0.693359375), clamped);
  r = madd(n, f32x4.splat(2.12194440e-4), r);
  let y = f32x4.splat(1.9875691500e-4);
  y = madd(y, r, f32x4.splat(1.3981999507e-3));
  y = madd(y, r, f32x4.splat(8.3334519073e-3));
  y = madd(y, r, f32x4.splat(4.1665795894e-2));
  y = madd(y, r, f32x4.splat(1.6666665459e-1));
  y = madd(y, r, f32x4.splat(5.0000001201e-1));
  y = f32x4.add(madd(y, f32x4.mul(r, r), r), f32x4.splat(1));
  const exponent = i32x4.add(i32x4.shl(shifted, 23), i32x4.splat(127 << 23));
  return v128.andnot(f32x4.mul(y, exponent), below);
}

/** out[i] = exp(x[i]); count is a multiple of 4. Only tests call it. */
export function expInto(x: usize, out: usize, count: i32): void {
  for (let i: usize = 0; i < <usize>count << 2; i += 16) v128.store(out + i, exp4(v128.load(x + i)));
}

// @ts-ignore: decorator
@inline
export function sum4(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}
