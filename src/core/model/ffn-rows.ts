/** Rows of `width` numbers each, laid end to end. */
export interface KeyValueRows {
  readonly keys: ArrayLike<number>;
  readonly values: ArrayLike<number>;
}

/**
 * output += act(input keys') values, token by token: with an element-wise activation this is a feed-forward whose matrices
 * have these rows appended (METHODS 2.2, golden vector 13.9). Sums run in double precision, in the order of the rows.
 * @param input and `output`: [token][width].
 * @returns act(input keys'), [token][row].
 */
export function addFfnRows(
  input: ArrayLike<number>,
  output: Float32Array | Float64Array | number[],
  width: number,
  { keys, values }: KeyValueRows,
  activation: (x: number) => number,
): Float64Array {
  const tokens = input.length / width;
  const rows = keys.length / width;
  const activations = new Float64Array(tokens * rows);
  for (let t = 0; t < tokens; t++) {
    for (let r = 0; r < rows; r++) {
      let dot = 0;
      for (let i = 0; i < width; i++) dot += (input[t * width + i] as number) * (keys[r * width + i] as number);
      activations[t * rows + r] = activation(dot);
    }
    for (let i = 0; i < width; i++) {
      let sum = 0;
      for (let r = 0; r < rows; r++) sum += (activations[t * rows + r] as number) * (values[r * width + i] as number);
      output[t * width + i] = (output[t * width + i] as number) + sum;
    }
  }
  return activations;
}

/** The activation of the Llama family. */
export const silu = (x: number): number => x / (1 + Math.exp(-x));

export function siluSlope(x: number): number {
  const s = 1 / (1 + Math.exp(-x));
  return s * (1 + x * (1 - s));
}
