import type { ModelConfig } from './config.ts';
import type { Arena, Kernels } from './kernels.ts';
import { badModel } from './manifest.ts';
import type { Safetensors } from './safetensors.ts';
import { toFloat32 } from './safetensors.ts';
import { EMBEDDING, FINAL_NORM, HEAD, layerNames } from './weight-names.ts';

/** Addresses of one layer's weights; matrices are packed in panels of eight outputs (kernels/matmul.ts). */
export interface LayerWeights {
  readonly attentionNorm: number;
  /** Queries, then keys, then values. */
  readonly qkv: number;
  readonly output: number;
  readonly mlpNorm: number;
  /** Gate, then up. */
  readonly gateUp: number;
  readonly down: number;
}

export interface Weights {
  readonly embedding: number;
  /** The output matrix: the embedding itself when they are tied. */
  readonly head: number;
  readonly norm: number;
  readonly layers: readonly LayerWeights[];
  /** Mean text embedding, taken off by `embed`. */
  readonly embeddingMean: Float32Array | undefined;
  readonly precision: string;
}

const STAGING_BYTES = 1 << 20;

/** Rows of the vocabulary as packed: whole groups of 32, for the one-row kernel. */
export const paddedVocabulary = (config: ModelConfig): number => Math.ceil(config.vocabulary / 32) * 32;

export const queryWidth = (config: ModelConfig): number => config.heads * config.headWidth;
export const keyWidth = (config: ModelConfig): number => config.kvHeads * config.headWidth;

/** Bytes that `loadWeights` takes from the arena. */
export function weightBytes(config: ModelConfig): number {
  const { hidden, inner, layers, tied } = config;
  const matrices = hidden * (2 * queryWidth(config) + 2 * keyWidth(config) + 3 * inner);
  const floats = layers * (matrices + 2 * hidden) + (tied ? 1 : 2) * paddedVocabulary(config) * hidden + hidden;
  return floats * 4 + STAGING_BYTES + hidden * 8 + inner * 8 + (6 * layers + 8) * 64;
}

export function loadWeights(file: Safetensors, config: ModelConfig, arena: Arena, kernels: Kernels): Weights {
  const loader = new Loader(file, arena, kernels);
  const { hidden, inner } = config;
  const vocabulary = (name: string) => loader.matrix([[name, config.vocabulary]], hidden, paddedVocabulary(config));
  const embedding = vocabulary(EMBEDDING);
  const head = config.tied ? embedding : vocabulary(HEAD);
  const layers = Array.from({ length: config.layers }, (_, i): LayerWeights => {
    const names = layerNames(i, config);
    return {
      attentionNorm: loader.vector(names.attentionNorm, hidden),
      qkv: loader.matrix(names.qkv, hidden),
      output: loader.matrix(names.output, queryWidth(config)),
      mlpNorm: loader.vector(names.mlpNorm, hidden),
      gateUp: loader.matrix(names.gateUp, hidden),
      down: loader.matrix(names.down, inner),
    };
  });
  return {
    embedding,
    head,
    norm: loader.vector(FINAL_NORM, hidden),
    layers,
    embeddingMean: file.has('embedding_mean')
      ? finite('embedding_mean', toFloat32(file.get('embedding_mean', [hidden])))
      : undefined,
    precision: `${[...loader.dtypes].sort().join(' and ')} weights, f32 arithmetic`,
  };
}

class Loader {
  readonly dtypes = new Set<string>();
  readonly #file: Safetensors;
  readonly #arena: Arena;
  readonly #kernels: Kernels;
  readonly #staging: number;
  readonly #scale: number;

  constructor(file: Safetensors, arena: Arena, kernels: Kernels) {
    this.#file = file;
    this.#arena = arena;
    this.#kernels = kernels;
    this.#staging = arena.take(STAGING_BYTES);
    this.#scale = this.#staging + STAGING_BYTES / 2;
  }

  vector(name: string, length: number): number {
    const at = this.#arena.take(length * 4);
    this.#arena.f32(at, length).set(finite(name, toFloat32(this.#file.get(name, [length]))));
    return at;
  }

  /** Matrices [rows, columns] one below the other, packed. */
  matrix(parts: readonly (readonly [name: string, rows: number])[], columns: number, padded?: number): number {
    const rows = parts.reduce((sum, [, n]) => sum + n, 0);
    const at = this.#arena.take((padded ?? rows) * columns * 4);
    let first = 0;
    for (const [name, n] of parts) {
      this.#pack(name, at, first, n, columns);
      first += n;
    }
    return at;
  }

  #pack(name: string, target: number, first: number, rows: number, columns: number): void {
    const tensor = this.#file.get(`${name}.weight`, [rows, columns]);
    const step = Math.floor(STAGING_BYTES / 2 / (columns * 4));
    if (step < 1) throw badModel(`${name} has rows of ${columns} numbers, too long for this engine`);
    if (tensor.dtype === 'I8') {
      this.dtypes.add('int8');
      const scales = finite(`${name}.weight_scale`, toFloat32(this.#file.get(`${name}.weight_scale`, [rows, 1])));
      const staging = new Uint8Array(this.#arena.memory.buffer, this.#staging, step * columns);
      for (let row = 0; row < rows; row += step) {
        const n = Math.min(step, rows - row);
        staging.set(tensor.bytes.subarray(row * columns, (row + n) * columns));
        this.#arena.f32(this.#scale, n).set(scales.subarray(row, row + n));
        this.#kernels.packI8(this.#staging, this.#scale, target, first + row, n, columns);
      }
      return;
    }
    this.dtypes.add(tensor.dtype.toLowerCase());
    const values = finite(name, toFloat32(tensor));
    for (let row = 0; row < rows; row += step) {
      const n = Math.min(step, rows - row);
      this.#arena.f32(this.#staging, n * columns).set(values.subarray(row * columns, (row + n) * columns));
      this.#kernels.packF32(this.#staging, target, first + row, n, columns);
    }
  }
}

function finite(name: string, values: Float32Array): Float32Array {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) throw badModel(`${name} holds a number that is not finite`);
  }
  return values;
}
