import type { ModelConfig } from '../config.ts';
import type { Core } from '../core.ts';
import { Arena, type Kernels, startKernels } from '../kernels.ts';
import { keyWidth, queryWidth } from '../weights.ts';

/** Rows that are multiplied together. */
const ROWS = 64;
/** Outputs of a panel (kernels/matmul.ts). */
const PANEL = 8;

/** A frozen matrix [outputs][inputs], packed for products with it and with its transpose; addresses in the arena of `Frozen`. */
export interface Matrix {
  readonly outputs: number;
  readonly inputs: number;
  readonly at: number;
  readonly transposedAt: number;
}

export interface FrozenLayer {
  readonly attentionNorm: Float32Array;
  readonly qkv: Matrix;
  readonly output: Matrix;
  readonly mlpNorm: Float32Array;
  readonly gateUp: Matrix;
  readonly down: Matrix;
}

/** The weights of a model's layers in a memory of their own, with a thread's kernels: what gradients go through. */
export class Frozen {
  readonly config: ModelConfig;
  readonly layers: readonly FrozenLayer[];
  readonly #arena: Arena;
  readonly #kernels: Kernels;
  readonly #embedding: Float32Array;
  readonly #input: number;
  readonly #output: number;

  /** @param wasm kernels.wasm, the one for a single thread. */
  static async of(core: Core, wasm: Uint8Array<ArrayBuffer>): Promise<Frozen> {
    const { hidden, inner, layers } = core.config;
    const [q, kv] = [queryWidth(core.config), keyWidth(core.config)];
    const staging = ROWS * Math.max(q + 2 * kv, 2 * inner, hidden) * 4;
    const bytes = layers * 2 * hidden * (2 * q + 2 * kv + 3 * inner) * 4 + 2 * staging;
    const arena = new Arena(bytes + (8 * layers + 2) * 64);
    return new Frozen(core, arena, await startKernels(wasm, arena.memory), staging);
  }

  private constructor({ config, weights, hidden: states }: Core, arena: Arena, kernels: Kernels, staging: number) {
    const { hidden, inner } = config;
    /** The running model's weights. */
    const read = (at: number, length: number) => new Float32Array(states.buffer, at, length);
    this.config = config;
    this.#arena = arena;
    this.#kernels = kernels;
    this.#embedding = read(weights.embedding, Math.ceil(config.vocabulary / PANEL) * PANEL * hidden);
    this.#input = arena.take(staging);
    this.#output = arena.take(staging);
    const matrix = (from: number, outputs: number, inputs: number): Matrix => {
      const packed = read(from, outputs * inputs);
      const [at, transposedAt] = [arena.take(packed.byteLength), arena.take(packed.byteLength)];
      arena.f32(at, packed.length).set(packed);
      transpose(packed, arena.f32(transposedAt, packed.length), outputs, inputs);
      return { outputs, inputs, at, transposedAt };
    };
    const q = queryWidth(config);
    this.layers = weights.layers.map(
      (layer): FrozenLayer => ({
        attentionNorm: read(layer.attentionNorm, hidden),
        qkv: matrix(layer.qkv, q + 2 * keyWidth(config), hidden),
        output: matrix(layer.output, hidden, q),
        mlpNorm: read(layer.mlpNorm, hidden),
        gateUp: matrix(layer.gateUp, 2 * inner, hidden),
        down: matrix(layer.down, hidden, inner),
      }),
    );
  }

  /** Embeddings of tokens: [token][hidden]. */
  embed(ids: ArrayLike<number>): Float32Array {
    const { hidden } = this.config;
    const out = new Float32Array(ids.length * hidden);
    for (let row = 0; row < ids.length; row++) {
      const id = ids[row] as number;
      let from = Math.floor(id / PANEL) * hidden * PANEL + (id % PANEL);
      for (let i = 0; i < hidden; i++, from += PANEL) out[row * hidden + i] = this.#embedding[from] as number;
    }
    return out;
  }

  /** x W^T: [row][inputs] to [row][outputs]. */
  forward(x: Float32Array, { at, inputs, outputs }: Matrix): Float32Array {
    return this.#times(x, at, inputs, outputs);
  }

  /** y W: gradients with respect to what `forward` gave, [row][outputs], to those with respect to what it took. */
  backward(y: Float32Array, { transposedAt, inputs, outputs }: Matrix): Float32Array {
    return this.#times(y, transposedAt, outputs, inputs);
  }

  #times(x: Float32Array, matrix: number, from: number, to: number): Float32Array {
    const rows = x.length / from;
    const out = new Float32Array(rows * to);
    for (let row = 0; row < rows; row += ROWS) {
      const count = Math.min(ROWS, rows - row);
      this.#arena.f32(this.#input, count * from).set(x.subarray(row * from, (row + count) * from));
      this.#kernels.matmul(this.#input, matrix, this.#output, count, from, to, to, 0);
      out.set(this.#arena.f32(this.#output, count * to), row * to);
    }
    return out;
  }
}

/** Packed panels of a matrix [outputs][inputs] to those of its transpose; both sizes are multiples of a panel. */
function transpose(packed: Float32Array, to: Float32Array, outputs: number, inputs: number): void {
  for (let o = 0; o < outputs; o++) {
    const panel = Math.floor(o / PANEL) * inputs * PANEL + (o % PANEL);
    for (let i = 0; i < inputs; i++) {
      to[Math.floor(i / PANEL) * outputs * PANEL + o * PANEL + (i % PANEL)] = packed[panel + i * PANEL] as number;
    }
  }
}
