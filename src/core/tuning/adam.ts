const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** Adam (Kingma and Ba 2015) on parameters that it changes in place. */
export class Adam {
  readonly #parameters: Float32Array;
  readonly #rate: number;
  readonly #first: Float64Array;
  readonly #second: Float64Array;
  #steps = 0;

  constructor(parameters: Float32Array, rate: number) {
    this.#parameters = parameters;
    this.#rate = rate;
    this.#first = new Float64Array(parameters.length);
    this.#second = new Float64Array(parameters.length);
  }

  /** One step along the mean of some gradients. */
  step(gradients: readonly ArrayLike<number>[]): void {
    this.#steps++;
    const scale1 = 1 / (1 - BETA1 ** this.#steps);
    const scale2 = 1 / (1 - BETA2 ** this.#steps);
    for (let i = 0; i < this.#parameters.length; i++) {
      let sum = 0;
      for (const gradient of gradients) sum += gradient[i] as number;
      const slope = sum / gradients.length;
      const first = BETA1 * (this.#first[i] as number) + (1 - BETA1) * slope;
      const second = BETA2 * (this.#second[i] as number) + (1 - BETA2) * slope * slope;
      this.#first[i] = first;
      this.#second[i] = second;
      this.#parameters[i] =
        (this.#parameters[i] as number) - (this.#rate * first * scale1) / (Math.sqrt(second * scale2) + EPSILON);
    }
  }
}
