import { EngineError } from '../../../core/model/engine-error.ts';
import type { ModelConfig } from '../config.ts';
import type { PassOptions } from '../forward.ts';
import { fillRope } from '../rope-table.ts';
import type { SlotTree } from '../slot-tree.ts';
import { keyWidth, queryWidth } from '../weights.ts';
import { dispatch, type Kernels, type Step } from './kernels.ts';
import { GpuRows, ROWS } from './rows.ts';
import { attend, copyRows, gate, matmul, norm, rotate, TILE } from './shaders.ts';
import type { GpuLayer, GpuWeights } from './weights.ts';

interface LayerSteps {
  readonly attentionNorm: Step;
  readonly qkv: Step;
  readonly rotate: Step;
  readonly attend: Step;
  readonly output: Step;
  readonly mlpNorm: Step;
  readonly gateUp: Step;
  readonly gate: Step;
  readonly down: Step;
}

/** Passes that may wait in the device's queue: enough to keep it busy, few enough to stop soon. */
const QUEUED = 2;

/** The decoder on a GPU: runs rows of tokens through all layers over the cached keys and values. */
export class GpuForward {
  readonly rows: GpuRows;
  /** Hidden state of each slot that was wanted, before the final norm: [slot][hidden]. */
  readonly hidden: GPUBuffer;
  readonly #config: ModelConfig;
  readonly #kernels: Kernels;
  readonly #counts: GPUBuffer;
  readonly #ids: GPUBuffer;
  readonly #positions: GPUBuffer;
  readonly #slots: GPUBuffer;
  readonly #paths: GPUBuffer;
  readonly #pathOf: GPUBuffer;
  readonly #wanted: GPUBuffer;
  readonly #wantedSlots: GPUBuffer;
  readonly #gather: Step;
  readonly #scatter: Step;
  readonly #layers: readonly LayerSteps[];
  #queued: Promise<unknown>[] = [];

  constructor(config: ModelConfig, weights: GpuWeights, kernels: Kernels, tree: SlotTree) {
    this.#config = config;
    this.#kernels = kernels;
    this.rows = new GpuRows(tree, config.contextLength);
    const { hidden, inner, contextLength, headWidth } = config;
    const [q, kv] = [queryWidth(config), keyWidth(config)];
    const room = (perRow: number) => kernels.buffer(ROWS * perRow);
    const [x, normed, qkv, mixed] = [room(hidden), room(hidden), room(q + 2 * kv), room(q)];
    const [gateUp, innerRows] = [room(2 * inner), room(inner)];
    this.hidden = kernels.buffer(tree.capacity * hidden);
    this.#counts = kernels.buffer(2);
    this.#ids = room(1);
    this.#positions = room(1);
    this.#slots = room(1);
    this.#pathOf = room(1);
    this.#paths = room(contextLength);
    this.#wanted = room(1);
    this.#wantedSlots = room(1);
    const each = room(1);
    kernels.write(
      each,
      Uint32Array.from({ length: ROWS }, (_, i) => i),
    );
    const rope = kernels.buffer(contextLength * headWidth);
    const table = new Float32Array(contextLength * headWidth);
    fillRope(table, config);
    kernels.write(rope, table);
    this.#gather = kernels.step(copyRows(config), weights.embedding, x, this.#ids, each);
    this.#scatter = kernels.step(copyRows(config), x, this.hidden, this.#wanted, this.#wantedSlots);
    const product = (
      input: GPUBuffer,
      matrix: GPUBuffer,
      output: GPUBuffer,
      depth: number,
      columns: number,
      add = false,
    ) => kernels.step(matmul(depth, columns, add), this.#counts, input, matrix, output);
    this.#layers = weights.layers.map((layer: GpuLayer): LayerSteps => {
      const keys = kernels.buffer(tree.capacity * kv);
      const values = kernels.buffer(tree.capacity * kv);
      return {
        attentionNorm: kernels.step(norm(config), x, layer.attentionNorm, normed, each),
        qkv: product(normed, layer.qkv, qkv, hidden, q + 2 * kv),
        rotate: kernels.step(rotate(config), qkv, rope, keys, values, this.#slots, this.#positions),
        attend: kernels.step(attend(config), qkv, keys, values, this.#paths, this.#pathOf, this.#positions, mixed),
        output: product(mixed, layer.output, x, q, hidden, true),
        mlpNorm: kernels.step(norm(config), x, layer.mlpNorm, normed, each),
        gateUp: product(normed, layer.gateUp, gateUp, hidden, 2 * inner),
        gate: kernels.step(gate(config), gateUp, innerRows),
        down: product(innerRows, layer.down, x, inner, hidden, true),
      };
    });
  }

  /** Puts the pass into the device's queue; the wanted hidden states are then in `hidden`, at their slots. */
  run(layers: number, { change, observer }: PassOptions = {}): void {
    if (change !== undefined || observer !== undefined || layers !== this.#layers.length) throw notOnThisBackEnd();
    const { rows } = this;
    const { heads, hidden, inner } = this.#config;
    const n = rows.count;
    const kernels = this.#kernels;
    kernels.write(this.#counts, Uint32Array.of(n, 0));
    kernels.write(this.#ids, rows.ids, n);
    kernels.write(this.#positions, rows.positions, n);
    kernels.write(this.#slots, rows.slots, n);
    kernels.write(this.#pathOf, rows.pathOf, n);
    kernels.write(this.#paths, rows.paths, rows.pathsUsed);
    kernels.write(this.#wanted, rows.wanted, rows.wantedCount);
    const slots = rows.wanted.subarray(0, rows.wantedCount).map((row) => rows.slots[row] as number);
    kernels.write(this.#wantedSlots, slots);
    const encoder = kernels.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    const tiles = Math.ceil(n / TILE);
    const product = (step: Step, columns: number) => dispatch(pass, step, Math.ceil(columns / TILE), tiles);
    dispatch(pass, this.#gather, n);
    for (const layer of this.#layers) {
      dispatch(pass, layer.attentionNorm, n);
      product(layer.qkv, queryWidth(this.#config) + 2 * keyWidth(this.#config));
      dispatch(pass, layer.rotate, n);
      dispatch(pass, layer.attend, n, heads);
      product(layer.output, hidden);
      dispatch(pass, layer.mlpNorm, n);
      product(layer.gateUp, 2 * inner);
      dispatch(pass, layer.gate, n);
      product(layer.down, hidden);
    }
    if (rows.wantedCount > 0) dispatch(pass, this.#scatter, rows.wantedCount);
    pass.end();
    kernels.device.queue.submit([encoder.finish()]);
    // A loss is told elsewhere.
    this.#queued.push(kernels.device.queue.onSubmittedWorkDone().catch(() => {}));
  }

  async ready(): Promise<void> {
    while (this.#queued.length > QUEUED) await this.#queued.shift();
  }

  placePrefix(): void {
    throw notOnThisBackEnd();
  }
}

const notOnThisBackEnd = (): EngineError =>
  new EngineError('no-capability', 'A changed model runs on WASM only. Choose the WASM back end for it.');
