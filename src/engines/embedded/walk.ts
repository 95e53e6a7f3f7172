import { EngineError } from '../../core/model/engine-error.ts';
import type { PrefixTree } from '../../core/run/prefix-tree.ts';
import type { Slices } from '../slices.ts';
import type { Forward, PassOptions } from './forward.ts';
import type { Rows } from './rows.ts';
import type { SlotTree } from './slot-tree.ts';
import { ROOT, SCRATCH_ROOT } from './slot-tree.ts';

export interface WalkJob extends Pick<PassOptions, 'change'> {
  readonly plan: PrefixTree;
  /** Per node: 1 if its hidden state is wanted. */
  readonly wanted: Uint8Array;
  /** The hidden state of a wanted node is at this slot now; it may be gone after the call. */
  readonly onHidden: (node: number, slot: number) => void;
  /** Stop after this many layers. Such passes, and changed ones, leave nothing behind in the cache. */
  readonly layers?: number;
  /** Reads along; gets the nodes of the rows beside what it reads. */
  readonly observe?: (nodes: readonly number[]) => PassOptions['observer'];
}

export interface Step {
  readonly parent: number;
  readonly token: number;
}

const ALL = Symbol('all');

const isScratch = ({ layers, change }: Pick<WalkJob, 'layers' | 'change'>): boolean =>
  layers !== undefined || change !== undefined;

const noRoom = (): EngineError =>
  new EngineError(
    'out-of-memory',
    'The prefix cache is too small for this prompt. Shorten the prompt or raise the cache size.',
  );

/** What runs a pass: on the CPU or on a GPU. */
export type Executor = Pick<Forward, 'run' | 'placePrefix'> & {
  readonly rows: Pick<Rows, 'limit' | 'clear' | 'add'>;
  /** Settles when another pass may be queued: passes that run elsewhere must not pile up. */
  ready?(): Promise<void>;
};

/** Walks plans over the cache: computes each token that is not there, in passes of as many rows as fit. */
export class Walker {
  /** Tokens that ran, ever. */
  computed = 0;
  readonly #tree: SlotTree;
  readonly #forward: Executor;
  readonly #layerCount: number;
  /** 1 where the hidden state of a slot is known. */
  readonly #known: Uint8Array;
  #pending: { readonly node: number; readonly slot: number; readonly fresh: boolean }[] = [];

  constructor(tree: SlotTree, forward: Executor, layerCount: number, known: Uint8Array) {
    this.#tree = tree;
    this.#forward = forward;
    this.#layerCount = layerCount;
    this.#known = known;
  }

  async walk(job: WalkJob, slices: Slices): Promise<void> {
    const { plan, wanted } = job;
    const scratch = isScratch(job);
    const tree = this.#tree;
    /** Slots of the nodes above and at the current one. */
    const path: number[] = [];
    /** Left nodes that rows of the coming pass may still read. */
    let left: number[] = [];
    const leave = () => {
      for (const slot of left) {
        tree.release(slot);
        if (scratch && tree.isLeaf(slot)) tree.remove(slot);
      }
      left = [];
    };
    const pass = async () => {
      this.#pass(job);
      leave();
      if (this.#forward.ready !== undefined) await slices.wait(this.#forward.ready());
      await slices.pause();
    };
    try {
      if (!scratch) this.#markNeeded(plan);
      for (let node = 0; node < plan.size; node++) {
        const depth = plan.depth[node] as number;
        while (path.length >= depth) left.push(path.pop() as number);
        if (this.#pending.length === 0) leave();
        const parent = path[depth - 2] ?? (scratch ? SCRATCH_ROOT : ROOT);
        const token = plan.token[node] as number;
        let slot = tree.find(parent, token);
        const fresh = slot < 0;
        if (fresh) {
          slot = tree.add(parent, token);
          if (slot < 0) {
            await pass();
            slot = tree.add(parent, token);
          }
          if (slot < 0) throw noRoom();
        }
        tree.pin(slot);
        path.push(slot);
        if (job.change?.prefix !== undefined && depth <= job.change.prefixCount) {
          this.#forward.placePrefix(slot, token, job.change.prefix);
        } else if (fresh || (wanted[node] === 1 && this.#known[slot] === 0)) {
          this.#pending.push({ node, slot, fresh });
          if (this.#pending.length === this.#forward.rows.limit) await pass();
        } else if (wanted[node] === 1) {
          job.onHidden(node, slot);
        }
      }
      while (path.length > 0) left.push(path.pop() as number);
      await pass();
    } finally {
      while (path.length > 0) left.push(path.pop() as number);
      leave();
      this.#dropPending(scratch);
      tree.clearNeeded();
    }
  }

  /**
   * One more token after each of some pinned slots; `onHidden` gets the step and the slot that then has its hidden state, in
   * rising order of the steps, and must pin it. Equal steps get the same slot.
   */
  async extend(steps: readonly Step[], onHidden: (step: number, slot: number) => void, slices: Slices): Promise<void> {
    const { limit } = this.#forward.rows;
    for (let first = 0; first < steps.length; first += limit) {
      // All that a pass adds is pinned until it is answered.
      const slots: number[] = [];
      try {
        for (const step of steps.slice(first, first + limit)) slots.push(this.#step(step));
        this.#pass({ wanted: ALL, onHidden: () => {} });
        for (const [i, slot] of slots.entries()) onHidden(first + i, slot);
      } finally {
        for (const slot of slots) this.#tree.release(slot);
        this.#dropPending(false);
      }
      await slices.pause();
    }
  }

  #step({ parent, token }: Step): number {
    let slot = this.#tree.find(parent, token);
    const fresh = slot < 0;
    if (fresh) slot = this.#tree.add(parent, token);
    if (slot < 0) throw noRoom();
    this.#tree.pin(slot);
    const waits = this.#pending.some((row) => row.slot === slot);
    if (!waits && this.#known[slot] === 0) this.#pending.push({ node: -1, slot, fresh });
    return slot;
  }

  #pass(job: Omit<WalkJob, 'plan' | 'wanted'> & { readonly wanted: Uint8Array | typeof ALL }): void {
    if (this.#pending.length === 0) return;
    const { rows } = this.#forward;
    const wanted = (node: number) => job.wanted === ALL || job.wanted[node] === 1;
    rows.clear();
    for (const { node, slot } of this.#pending) rows.add(slot, wanted(node));
    this.#forward.run(job.layers ?? this.#layerCount, {
      change: job.change,
      observer: job.observe?.(this.#pending.map(({ node }) => node)),
    });
    this.computed += this.#pending.length;
    const done = this.#pending;
    this.#pending = [];
    for (const { node, slot } of done) {
      if (!wanted(node)) continue;
      this.#known[slot] = isScratch(job) ? 0 : 1;
      job.onHidden(node, slot);
    }
  }

  /** Slots that were given out but never computed must not be found later. Those of a scratch walk are gone already. */
  #dropPending(scratch: boolean): void {
    for (const { slot, fresh } of this.#pending.reverse()) if (fresh && !scratch) this.#tree.remove(slot);
    this.#pending = [];
  }

  #markNeeded(plan: PrefixTree): void {
    const slots = new Int32Array(plan.size);
    for (let node = 0; node < plan.size; node++) {
      const parent = plan.parent[node] as number;
      const above = parent < 0 ? ROOT : (slots[parent] as number);
      const slot = parent >= 0 && above < 0 ? -1 : this.#tree.find(above, plan.token[node] as number);
      slots[node] = slot;
      if (slot >= 0) this.#tree.markNeeded(slot);
    }
  }
}
