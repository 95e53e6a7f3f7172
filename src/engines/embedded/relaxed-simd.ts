/** The module (func (export "f") (param f32 f32 f32) (result f32)): a * b + c by f32x4.relaxed_madd, in the first lane. */
const MODULE = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 8, 1, 0x60, 3, 0x7d, 0x7d, 0x7d, 1, 0x7d],
  ...[3, 2, 1, 0],
  ...[7, 5, 1, 1, 0x66, 0, 0],
  ...[10, 22, 1, 20, 0],
  ...[0x20, 0, 0xfd, 19, 0x20, 1, 0xfd, 19, 0x20, 2, 0xfd, 19],
  ...[0xfd, 0x85, 2, 0xfd, 31, 0, 11],
);

/**
 * Whether relaxed SIMD is there and multiplies and adds with one rounding. Where it would round twice, as on a processor without
 * fused multiply-add, it gains nothing; left out there, its results are the same bits wherever it is used.
 */
export function fusesMultiplyAdd(): boolean {
  if (!WebAssembly.validate(MODULE)) return false;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(MODULE));
  const f = exports.f as (a: number, b: number, c: number) => number;
  // (1 + 2^-12)^2 = 1 + 2^-11 + 2^-24, whose last term a product in f32 loses.
  return f(1 + 2 ** -12, 1 + 2 ** -12, -1 - 2 ** -11) === 2 ** -24;
}
