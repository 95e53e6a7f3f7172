/** 1 / root mean square of each row. */
export function rmsScales(x: Float32Array, width: number, eps: number): Float64Array {
  const scales = new Float64Array(x.length / width);
  for (let row = 0; row < scales.length; row++) {
    let squares = 0;
    for (let i = row * width; i < (row + 1) * width; i++) squares += (x[i] as number) ** 2;
    scales[row] = 1 / Math.sqrt(squares / width + eps);
  }
  return scales;
}

/** RMSNorm: x * scale * weight, row by row. */
export function rmsNorm(x: Float32Array, scales: Float64Array, weight: Float32Array): Float32Array {
  const width = weight.length;
  const out = new Float32Array(x.length);
  for (let row = 0, at = 0; row < scales.length; row++) {
    const scale = scales[row] as number;
    for (let i = 0; i < width; i++, at++) out[at] = (x[at] as number) * scale * (weight[i] as number);
  }
  return out;
}

/** Adds to `byX` what a gradient with respect to the norm's output is with respect to its input `x`. */
export function rmsNormBackward(
  byOutput: Float32Array,
  x: Float32Array,
  scales: Float64Array,
  weight: Float32Array,
  byX: Float32Array,
): void {
  const width = weight.length;
  for (let row = 0; row < scales.length; row++) {
    const scale = scales[row] as number;
    const from = row * width;
    let along = 0;
    for (let i = 0; i < width; i++)
      along += (byOutput[from + i] as number) * (weight[i] as number) * (x[from + i] as number);
    const back = (along * scale * scale) / width;
    for (let i = 0; i < width; i++) {
      const own = (byOutput[from + i] as number) * (weight[i] as number);
      byX[from + i] = (byX[from + i] as number) + scale * (own - (x[from + i] as number) * back);
    }
  }
}
