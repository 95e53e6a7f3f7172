import type { SlotTree } from '../slot-tree.ts';

/** Tokens of one pass: more than on a CPU, since each dispatch has a price of its own. */
export const ROWS = 256;

/** The tokens of one pass as the shaders read them. All arrays are by row, but `paths`. */
export class GpuRows {
  readonly limit = ROWS;
  count = 0;
  readonly ids = new Uint32Array(ROWS);
  readonly positions = new Uint32Array(ROWS);
  readonly slots = new Uint32Array(ROWS);
  /** Where in `paths` the slots that a row sees begin, itself the last of them. */
  readonly pathOf = new Uint32Array(ROWS);
  readonly paths: Uint32Array<ArrayBuffer>;
  pathsUsed = 0;
  /** Rows whose hidden state is wanted. */
  readonly wanted = new Uint32Array(ROWS);
  wantedCount = 0;
  readonly #tree: SlotTree;
  readonly #scratch: Int32Array;

  constructor(tree: SlotTree, context: number) {
    this.#tree = tree;
    this.paths = new Uint32Array(ROWS * context);
    this.#scratch = new Int32Array(context);
  }

  clear(): void {
    this.count = 0;
    this.pathsUsed = 0;
    this.wantedCount = 0;
  }

  /** Rows come in an order in which parents stand before their children. */
  add(slot: number, wanted: boolean): void {
    const row = this.count++;
    const depth = this.#tree.depth[slot] as number;
    const follows = row > 0 && this.#tree.parent[slot] === this.slots[row - 1];
    if (follows) {
      this.pathOf[row] = this.pathOf[row - 1] as number;
      this.paths[this.pathsUsed++] = slot;
    } else {
      this.pathOf[row] = this.pathsUsed;
      this.#tree.path(slot, this.#scratch);
      this.paths.set(this.#scratch.subarray(0, depth), this.pathsUsed);
      this.pathsUsed += depth;
    }
    this.ids[row] = this.#tree.token[slot] as number;
    this.positions[row] = depth - 1;
    this.slots[row] = slot;
    if (wanted) this.wanted[this.wantedCount++] = row;
  }

  /** Tokens before this row's. */
  position(row: number): number {
    return this.positions[row] as number;
  }
}
