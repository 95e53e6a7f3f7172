// Weights [n, k] in row order to panels of 8 outputs (see matmul.ts). The panels are zeroed memory; missing rows stay zero.

// @ts-ignore: decorator
@inline
function at(w: usize, row: i32, k: i32): usize {
  return w + (((<usize>(row >> 3) * <usize>k) << 3) + <usize>(row & 7) << 2);
}

/** Rows [0, n) of `source` become rows [firstRow, firstRow + n) of the packed matrix. */
export function packF32(source: usize, w: usize, firstRow: i32, n: i32, k: i32): void {
  for (let i = 0; i < n; i++) {
    let out = at(w, firstRow + i, k);
    for (let j = 0; j < k; j++, out += 32, source += 4) store<f32>(out, load<f32>(source));
  }
}

/** As packF32 for int8 rows with one f32 scale a row. */
export function packI8(source: usize, scales: usize, w: usize, firstRow: i32, n: i32, k: i32): void {
  for (let i = 0; i < n; i++) {
    const scale = load<f32>(scales + (<usize>i << 2));
    let out = at(w, firstRow + i, k);
    for (let j = 0; j < k; j++, out += 32, source++) store<f32>(out, <f32>load<i8>(source) * scale);
  }
}

/** out[i] = packed row ids[i]: the token embeddings. */
export function gatherRows(w: usize, ids: usize, out: usize, count: i32, k: i32): void {
  for (let i = 0; i < count; i++) {
    let from = at(w, load<i32>(ids + (<usize>i << 2)), k);
    for (let j = 0; j < k; j++, from += 32, out += 4) store<f32>(out, load<f32>(from));
  }
}
