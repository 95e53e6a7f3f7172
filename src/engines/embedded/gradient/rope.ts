import type { ModelConfig } from '../config.ts';
import { fillRope } from '../rope-table.ts';

/** Rotates heads by their token's place (RoPE), or back, in place. */
export class Rope {
  readonly #width: number;
  readonly #table: Float32Array;

  constructor(config: ModelConfig) {
    this.#width = config.headWidth;
    this.#table = new Float32Array(config.contextLength * config.headWidth);
    fillRope(this.#table, config);
  }

  /** @param direction 1 turns as the model does; -1 turns a gradient back. */
  turn(x: Float32Array, at: number, position: number, direction: 1 | -1): void {
    const half = this.#width / 2;
    const table = position * this.#width;
    for (let i = 0; i < half; i++) {
      const cos = this.#table[table + i] as number;
      const sin = (this.#table[table + half + i] as number) * direction;
      const a = x[at + i] as number;
      const b = x[at + half + i] as number;
      x[at + i] = a * cos - b * sin;
      x[at + half + i] = b * cos + a * sin;
    }
  }
}
