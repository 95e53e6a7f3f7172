import { EngineError } from '../../../core/model/engine-error.ts';
import type { ModelConfig } from '../config.ts';
import type { OnLogprobs, TokenHead } from '../token-head.ts';
import { dispatch, type Kernels, type Step, USAGE } from './kernels.ts';
import { LANES, logSum, matmul, norm, pick, TILE } from './shaders.ts';
import type { GpuWeights } from './weights.ts';

/** Hidden states whose logits are taken together, and the most tokens that are asked of them. */
const ROWS = 64;
const PICKS = 1024;

const MAP_READ = 1;

interface Want {
  readonly ids: readonly number[];
  readonly first: number;
  readonly onLogprobs: OnLogprobs;
}

/** Log-probabilities of asked tokens: only they leave the device. */
export class GpuHead implements TokenHead {
  readonly #config: ModelConfig;
  readonly #kernels: Kernels;
  readonly #counts: GPUBuffer;
  readonly #places: GPUBuffer;
  readonly #picks: GPUBuffer;
  readonly #picked: GPUBuffer;
  readonly #norm: Step;
  readonly #product: Step;
  readonly #logSum: Step;
  readonly #pick: Step;
  readonly #slots = new Uint32Array(ROWS);
  readonly #asked = new Uint32Array(2 * PICKS);
  #wants: Want[] = [];
  #askedCount = 0;
  #answers: Promise<void>[] = [];

  constructor(config: ModelConfig, weights: GpuWeights, kernels: Kernels, hidden: GPUBuffer) {
    this.#config = config;
    this.#kernels = kernels;
    const normed = kernels.buffer(ROWS * config.hidden);
    const logits = kernels.buffer(ROWS * config.vocabulary);
    const sums = kernels.buffer(2 * ROWS);
    this.#counts = kernels.buffer(2);
    this.#places = kernels.buffer(ROWS);
    this.#picks = kernels.buffer(2 * PICKS);
    this.#picked = kernels.buffer(4 * PICKS, USAGE.copySource);
    this.#norm = kernels.step(norm(config), hidden, weights.norm, normed, this.#places);
    this.#product = kernels.step(
      matmul(config.hidden, config.vocabulary, false),
      this.#counts,
      normed,
      weights.head,
      logits,
    );
    this.#logSum = kernels.step(logSum(config), logits, sums);
    this.#pick = kernels.step(pick(config), this.#counts, logits, sums, this.#picks, this.#picked);
  }

  want(slot: number, ids: readonly number[], onLogprobs: OnLogprobs): void {
    for (let from = 0; from < ids.length; from += PICKS)
      this.#want(slot, ids.slice(from, from + PICKS), onLogprobs, from);
  }

  #want(slot: number, ids: readonly number[], onLogprobs: OnLogprobs, offset: number): void {
    if (this.#wants.length === ROWS || this.#askedCount + ids.length > PICKS) this.#flush();
    const row = this.#wants.length;
    this.#slots[row] = slot;
    const first = this.#askedCount;
    for (const id of ids) {
      this.#asked[2 * this.#askedCount] = row;
      this.#asked[2 * this.#askedCount++ + 1] = id;
    }
    this.#wants.push({ ids, first, onLogprobs: (i, logprob) => onLogprobs(offset + i, logprob) });
  }

  async settle(): Promise<void> {
    this.#flush();
    const answers = this.#answers;
    this.#answers = [];
    await Promise.all(answers);
  }

  drop(): void {
    this.#wants = [];
    this.#askedCount = 0;
    this.#answers = [];
  }

  /** Queues the work now, while the states are at their slots. */
  #flush(): void {
    const [wants, picks] = [this.#wants, this.#askedCount];
    this.#wants = [];
    this.#askedCount = 0;
    if (wants.length === 0) return;
    const kernels = this.#kernels;
    const { device } = kernels;
    kernels.write(this.#counts, Uint32Array.of(wants.length, picks));
    kernels.write(this.#places, this.#slots, wants.length);
    kernels.write(this.#picks, this.#asked, 2 * picks);
    const size = 16 * picks;
    const target = device.createBuffer({ size, usage: USAGE.copyTarget | USAGE.mapRead });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    dispatch(pass, this.#norm, wants.length);
    dispatch(pass, this.#product, Math.ceil(this.#config.vocabulary / TILE), Math.ceil(wants.length / TILE));
    dispatch(pass, this.#logSum, wants.length);
    dispatch(pass, this.#pick, Math.ceil(picks / LANES));
    pass.end();
    encoder.copyBufferToBuffer(this.#picked, 0, target, 0, size);
    device.queue.submit([encoder.finish()]);
    const answered = answer(target, wants);
    // It is waited for in `settle`; until then a lost device is no unhandled error.
    answered.catch(() => {});
    this.#answers.push(answered);
  }
}

async function answer(target: GPUBuffer, wants: readonly Want[]): Promise<void> {
  await target.mapAsync(MAP_READ);
  const picked = new Float32Array(target.getMappedRange());
  for (const { ids, first, onLogprobs } of wants) {
    ids.forEach((_, i) => {
      const at = 4 * (first + i);
      const [logit, top, mass] = [picked[at] as number, picked[at + 1] as number, picked[at + 2] as number];
      const logprob = logit - top - Math.log(mass);
      // Buffers of a device that failed read as zeros.
      if (!(mass > 0 && Number.isFinite(logprob))) throw noNumber();
      onLogprobs(i, logprob);
    });
  }
  target.destroy();
}

const noNumber = (): EngineError =>
  new EngineError('device-lost', 'The graphics card gave no number. Run again, or choose WASM under Models.');
