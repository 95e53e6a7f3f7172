/**
 * Rotary positions in place, rotate-half convention: (a, b) of the two halves of a head becomes (a cos - b sin, b cos + a sin).
 * `x` points at the first head of row 0; rows are `stride` floats apart; `table` holds per position half cosines, then half sines.
 * The result is multiplied by `scale` (1 / sqrt(head width) for queries). `half` is a multiple of 4.
 */
export function rotateInto(x: usize, stride: i32, rows: i32, heads: i32, half: i32, table: usize, positions: usize, scale: f32): void {
  const bytes = <usize>half << 2;
  const s = f32x4.splat(scale);
  for (let row = 0; row < rows; row++, x += <usize>stride << 2) {
    const cos = table + <usize>load<i32>(positions + (<usize>row << 2)) * (bytes << 1);
    const sin = cos + bytes;
    for (let head = 0; head < heads; head++) {
      const lower = x + <usize>head * (bytes << 1);
      const upper = lower + bytes;
      for (let i: usize = 0; i < bytes; i += 16) {
        const a = v128.load(lower + i);
        const b = v128.load(upper + i);
        const c = v128.load(cos + i);
        const n = v128.load(sin + i);
        v128.store(lower + i, f32x4.mul(f32x4.sub(f32x4.mul(a, c), f32x4.mul(b, n)), s));
        v128.store(upper + i, f32x4.mul(f32x4.add(f32x4.mul(b, c), f32x4.mul(a, n)), s));
      }
    }
  }
}
