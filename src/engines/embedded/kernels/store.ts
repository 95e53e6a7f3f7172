/**
 * Keys or values of some rows into the cache plane [head][slot][width] of one layer.
 * `x` points at the first head of row 0; rows are `stride` floats apart.
 */
export function storeHeads(x: usize, stride: i32, rows: i32, heads: i32, width: i32, plane: usize, capacity: i32, slots: usize): void {
  const bytes = <usize>width << 2;
  for (let row = 0; row < rows; row++, x += <usize>stride << 2) {
    const slot = <usize>load<i32>(slots + (<usize>row << 2));
    for (let head = 0; head < heads; head++) {
      const from = x + <usize>head * bytes;
      const to = plane + (<usize>head * <usize>capacity + slot) * bytes;
      for (let i: usize = 0; i < bytes; i += 16) v128.store(to + i, v128.load(from + i));
    }
  }
}
