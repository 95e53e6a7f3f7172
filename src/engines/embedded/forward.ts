import { addFfnRows, silu } from '../../core/model/ffn-rows.ts';
import type { PrefixStates } from '../../core/model/latent.ts';
import type { Change } from './change.ts';
import type { ModelConfig } from './config.ts';
import type { Arena, Kernels } from './kernels.ts';
import { fillRope } from './rope-table.ts';
import { Rows } from './rows.ts';
import type { SlotTree } from './slot-tree.ts';
import type { LayerWeights, Weights } from './weights.ts';
import { keyWidth, queryWidth } from './weights.ts';

/** Tokens of one pass: enough to keep the arithmetic dense, short enough to stop within some 20 ms. */
export const ROWS = 64;

/** Bytes of keys, values and hidden state that a token holds. */
export const slotBytes = (config: ModelConfig): number => (2 * config.layers * keyWidth(config) + config.hidden) * 4;

/** Reads along, layer by layer. What it gets is valid during the call only: the rows of the pass, or in the last layer the wanted ones. */
export interface Observer {
  /** [row][hidden] after `layer` layers. */
  states?(layer: number, states: Float32Array): void;
  /** What went into a layer's feed-forward, after its norm, and the states before and after its output was added. */
  feedForward?(layer: number, input: Float32Array, before: Float32Array, after: Float32Array): void;
  /** Activations of the added rows, [row][added row]. */
  added?(activations: Float64Array): void;
}

/** Bytes that a thread takes for attention scores: four floats for each key. */
export const scratchBytes = (config: ModelConfig): number => (config.contextLength + 2) * 16;

export interface PassOptions {
  readonly change?: Change | undefined;
  readonly observer?: Observer | undefined;
}

/** The decoder: runs rows of tokens through the layers over the cached keys and values. */
export class Forward {
  readonly rows: Rows;
  /** Hidden state of each slot that was wanted, before the final norm: [slot][hidden]. */
  readonly hidden: number;
  readonly #config: ModelConfig;
  readonly #weights: Weights;
  readonly #kernels: Kernels;
  readonly #arena: Arena;
  readonly #capacity: number;
  readonly #keys: readonly number[];
  readonly #values: readonly number[];
  readonly #rope: number;
  readonly #x: number;
  readonly #normed: number;
  readonly #qkv: number;
  readonly #mixed: number;
  readonly #gateUp: number;
  readonly #inner: number;
  readonly #scratch: number;

  constructor(config: ModelConfig, weights: Weights, arena: Arena, kernels: Kernels, tree: SlotTree) {
    this.#config = config;
    this.#weights = weights;
    this.#kernels = kernels;
    this.#arena = arena;
    this.#capacity = tree.capacity;
    this.rows = new Rows(tree, arena, ROWS, config.contextLength);
    const plane = tree.capacity * keyWidth(config) * 4;
    this.#keys = weights.layers.map(() => arena.take(plane));
    this.#values = weights.layers.map(() => arena.take(plane));
    this.hidden = arena.take(tree.capacity * config.hidden * 4);
    this.#x = arena.take(ROWS * config.hidden * 4);
    this.#normed = arena.take(ROWS * config.hidden * 4);
    this.#qkv = arena.take(ROWS * (queryWidth(config) + 2 * keyWidth(config)) * 4);
    this.#mixed = arena.take(ROWS * queryWidth(config) * 4);
    this.#gateUp = arena.take(ROWS * 2 * config.inner * 4);
    this.#inner = arena.take(ROWS * config.inner * 4);
    this.#scratch = arena.take(scratchBytes(config));
    this.#rope = arena.take(config.contextLength * config.headWidth * 4);
    fillRope(arena.f32(this.#rope, config.contextLength * config.headWidth), config);
  }

  static bytes(config: ModelConfig, capacity: number): number {
    const perRow = 2 * config.hidden + 2 * queryWidth(config) + 2 * keyWidth(config) + 3 * config.inner;
    const perPosition = 16 + config.headWidth * 4;
    return (
      capacity * slotBytes(config) +
      ROWS * perRow * 4 +
      (config.contextLength + 2) * perPosition +
      Rows.bytes(ROWS, config.contextLength) +
      (2 * config.layers + 16) * 64
    );
  }

  /** Runs the rows through the first `layers` layers; the wanted hidden states are then in `hidden`, at their slots. */
  run(layers: number, { change, observer }: PassOptions = {}): void {
    const { rows } = this;
    const { hidden } = this.#config;
    this.#kernels.gatherRows(this.#weights.embedding, rows.ids, this.#x, rows.count, hidden);
    if (change?.soft !== undefined) this.#placeSoft(change.soft, change.prefixCount + 1);
    observer?.states?.(0, this.#states(rows.count));
    const groups = rows.group(false);
    let kept = rows.count;
    for (let i = 0; i < layers; i++) {
      const last = i === layers - 1;
      this.#projectAttention(i, last ? rows.group(true) : groups);
      if (last) {
        this.#keepWanted(this.#mixed, queryWidth(this.#config));
        kept = this.#keepWanted(this.#x, hidden);
      }
      if (kept === 0) continue;
      this.#finishLayer(i, kept, change, observer);
      observer?.states?.(i + 1, this.#states(kept));
    }
    if (layers === 0) this.#keepWanted(this.#x, hidden);
    let from = this.#x / 4;
    const memory = this.#arena.f32(0, this.#arena.memory.buffer.byteLength / 4);
    for (let row = 0; row < rows.count; row++) {
      if (rows.wanted[row] === 0) continue;
      memory.copyWithin(this.hidden / 4 + (rows.slots[row] as number) * hidden, from, from + hidden);
      from += hidden;
    }
  }

  /** Writes the keys and values of a place of the prefix, instead of computing them. */
  placePrefix(slot: number, place: number, { keys, values }: PrefixStates): void {
    const { layers, headWidth, kvHeads } = this.#config;
    const width = keyWidth(this.#config);
    const places = keys.length / (layers * width);
    for (let layer = 0; layer < layers; layer++) {
      const from = (layer * places + place) * width;
      for (const [planes, source] of [
        [this.#keys, keys],
        [this.#values, values],
      ] as const) {
        for (let head = 0; head < kvHeads; head++) {
          const at = (planes[layer] as number) + (head * this.#capacity + slot) * headWidth * 4;
          const start = from + head * headWidth;
          this.#arena.f32(at, headWidth).set(source.subarray(start, start + headWidth));
        }
      }
    }
  }

  /** Soft tokens stand at the positions from `first` on. */
  #placeSoft(soft: Float32Array, first: number): void {
    const { hidden } = this.#config;
    const states = this.#states(this.rows.count);
    for (let row = 0; row < this.rows.count; row++) {
      const place = this.rows.position(row) - first;
      if (place < 0 || place >= soft.length / hidden) continue;
      states.set(soft.subarray(place * hidden, (place + 1) * hidden), row * hidden);
    }
  }

  #states(rows: number): Float32Array {
    return this.#arena.f32(this.#x, rows * this.#config.hidden);
  }

  #projectAttention(layer: number, groups: number): void {
    const { rows } = this;
    const { hidden, heads, kvHeads, headWidth, normEps } = this.#config;
    const weights = this.#weights.layers[layer] as LayerWeights;
    const q = queryWidth(this.#config);
    const kv = keyWidth(this.#config);
    const stride = q + 2 * kv;
    const kernels = this.#kernels;
    const keys = this.#keys[layer] as number;
    const values = this.#values[layer] as number;
    const queryAt = this.#qkv;
    const keyAt = queryAt + q * 4;
    kernels.rmsNorm(this.#x, weights.attentionNorm, this.#normed, rows.count, hidden, normEps);
    kernels.matmul(this.#normed, weights.qkv, this.#qkv, rows.count, hidden, stride, stride, 0);
    kernels.rotateInto(
      queryAt,
      stride,
      rows.count,
      heads,
      headWidth / 2,
      this.#rope,
      rows.positions,
      headWidth ** -0.5,
    );
    kernels.rotateInto(keyAt, stride, rows.count, kvHeads, headWidth / 2, this.#rope, rows.positions, 1);
    kernels.storeHeads(keyAt, stride, rows.count, kvHeads, headWidth, keys, this.#capacity, rows.slotsAt);
    kernels.storeHeads(keyAt + kv * 4, stride, rows.count, kvHeads, headWidth, values, this.#capacity, rows.slotsAt);
    kernels.attend(
      queryAt,
      stride,
      keys,
      values,
      this.#capacity,
      rows.groups,
      groups,
      heads,
      kvHeads,
      headWidth,
      this.#mixed,
      this.#scratch,
    );
  }

  #finishLayer(layer: number, rows: number, change: Change | undefined, observer: Observer | undefined): void {
    const { hidden, inner, normEps } = this.#config;
    const weights = this.#weights.layers[layer] as LayerWeights;
    const kernels = this.#kernels;
    kernels.matmul(this.#mixed, weights.output, this.#x, rows, queryWidth(this.#config), hidden, hidden, 1);
    kernels.rmsNorm(this.#x, weights.mlpNorm, this.#normed, rows, hidden, normEps);
    kernels.matmul(this.#normed, weights.gateUp, this.#gateUp, rows, hidden, 2 * inner, 2 * inner, 0);
    kernels.siluMul(this.#gateUp, this.#inner, rows, inner);
    const before = observer?.feedForward === undefined ? undefined : this.#states(rows).slice();
    kernels.matmul(this.#inner, weights.down, this.#x, rows, inner, hidden, hidden, 1);
    const ffn = change?.ffn?.layer === layer ? change.ffn : undefined;
    if (before === undefined && ffn === undefined) return;
    const input = this.#arena.f32(this.#normed, rows * hidden);
    if (before !== undefined) observer?.feedForward?.(layer, input, before, this.#states(rows));
    // A gated feed-forward has no place for a row without a gate: the rows stand beside it, as in METHODS 2.2.
    if (ffn !== undefined) {
      const activations = addFfnRows(input, this.#states(rows), hidden, ffn, silu);
      observer?.added?.(activations);
    }
  }

  /** Moves the wanted rows of a buffer to its front. In the last layer the others were only needed for their keys and values. */
  #keepWanted(at: number, width: number): number {
    const buffer = this.#arena.f32(at, this.rows.count * width);
    let kept = 0;
    for (let row = 0; row < this.rows.count; row++) {
      if (this.rows.wanted[row] === 0) continue;
      if (row !== kept) buffer.copyWithin(kept * width, row * width, (row + 1) * width);
      kept++;
    }
    return kept;
  }
}
