import type { PrefixTree } from '../../core/run/prefix-tree.ts';
import { EngineError } from '../../core/model/engine-error.ts';
import type { Slices } from '../slices.ts';
import type { Forward } from './forward.ts';
import { PARTIAL_ROOT, ROOT } from './slot-tree.ts';
import type { SlotTree } from './slot-tree.ts';

export interface WalkJob {
  readonly plan: PrefixTree;
  /** Per node: 1 if its hidden state is wanted. */
  readonly wanted: Uint8Array;
  /** The hidden state of a wanted node is at this slot now; it may be gone after the call. */
  readonly onHidden: (node: number, slot: number) => void;
  /** Stop after this many layers; such passes leave nothing behind in the cache. */
  readonly layers?: number;
}

/** Walks plans over the cache: computes each token that is not there, in passes of as many rows as fit. */
export class Walker {
  /** Tokens that ran, ever. */
  computed = 0;
  readonly #tree: SlotTree;
  readonly #forward: Forward;
  readonly #layerCount: number;
  /** 1 where the hidden state of a slot is known. */
  readonly #known: Uint8Array;
  #pending: { readonly node: number; readonly slot: number; readonly fresh: boolean }[] = [];

  constructor(tree: SlotTree, forward: Forward, layerCount: number, known: Uint8Array) {
    this.#tree = tree;
    this.#forward = forward;
    this.#layerCount = layerCount;
    this.#known = known;
  }

  async walk(job: WalkJob, slices: Slices): Promise<void> {
    const { plan, wanted } = job;
    const partial = job.layers !== undefined;
    const tree = this.#tree;
    /** Slots of the nodes above and at the current one. */
    const path: number[] = [];
    /** Left nodes that rows of the coming pass may still read. */
    let left: number[] = [];
    const leave = () => {
      for (const slot of left) {
        tree.release(slot);
        if (partial && tree.isLeaf(slot)) tree.remove(slot);
      }
      left = [];
    };
    const pass = async () => {
      this.#pass(job);
      leave();
      await slices.pause();
    };
    try {
      if (!partial) this.#markNeeded(plan);
      for (let node = 0; node < plan.size; node++) {
        const depth = plan.depth[node] as number;
        while (path.length >= depth) left.push(path.pop() as number);
        if (this.#pending.length === 0) leave();
        const parent = path[depth - 2] ?? (partial ? PARTIAL_ROOT : ROOT);
        const token = plan.token[node] as number;
        let slot = tree.find(parent, token);
        const fresh = slot < 0;
        if (fresh) {
          slot = tree.add(parent, token);
          if (slot < 0) {
            await pass();
            slot = tree.add(parent, token);
          }
          if (slot < 0) throw new EngineError('out-of-memory', 'The prefix cache is too small for this prompt. Shorten the prompt or raise the cache size.');
        }
        tree.pin(slot);
        path.push(slot);
        if (fresh || (wanted[node] === 1 && this.#known[slot] === 0)) {
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
      this.#dropPending();
      tree.clearNeeded();
    }
  }

  #pass(job: WalkJob): void {
    if (this.#pending.length === 0) return;
    const { rows } = this.#forward;
    rows.clear();
    for (const { node, slot } of this.#pending) rows.add(slot, job.wanted[node] === 1);
    this.#forward.run(job.layers ?? this.#layerCount);
    this.computed += this.#pending.length;
    const done = this.#pending;
    this.#pending = [];
    for (const { node, slot } of done) {
      if (job.wanted[node] !== 1) continue;
      this.#known[slot] = job.layers === undefined ? 1 : 0;
      job.onHidden(node, slot);
    }
  }

  /** Slots that were given out but never computed must not be found later. */
  #dropPending(): void {
    for (const { slot, fresh } of this.#pending.reverse()) if (fresh) this.#tree.remove(slot);
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
