/**
 * a * b + c in four lanes. Compiled with relaxed SIMD it is one instruction; processors with fused multiply-add then round once
 * instead of twice, and only such are given that build (../relaxed-simd.ts).
 */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(c, f32x4.mul(a, b));
}
