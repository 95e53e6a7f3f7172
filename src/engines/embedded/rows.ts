import type { Arena } from './kernels.ts';
import type { SlotTree } from './slot-tree.ts';

/** Bytes of a group in kernels/attention.ts: row[4], length[4], list[4], shared, lanes. */
const GROUP_INTS = 14;

/** Cost of a key that is read for one row, in keys that are read for four rows at once. */
const OWN_KEY_COST = 1.5;

/** The tokens of one forward pass: where each stands, which keys it sees, and whether its hidden state is wanted. */
export class Rows {
  readonly limit: number;
  count = 0;
  readonly ids: number;
  readonly positions: number;
  readonly slotsAt: number;
  readonly groups: number;
  readonly slots: Int32Array;
  readonly wanted: Uint8Array;
  readonly #tree: SlotTree;
  readonly #context: number;
  readonly #lists: number;
  readonly #list: Int32Array;
  readonly #ids: Int32Array;
  readonly #positions: Int32Array;
  readonly #groups: Int32Array;
  readonly #listData: Int32Array;
  #listCount = 0;

  constructor(tree: SlotTree, arena: Arena, limit: number, context: number) {
    this.limit = limit;
    this.#tree = tree;
    this.#context = context;
    this.ids = arena.take(limit * 4);
    this.positions = arena.take(limit * 4);
    this.slotsAt = arena.take(limit * 4);
    this.groups = arena.take(limit * GROUP_INTS * 4);
    this.#lists = arena.take(limit * context * 4);
    this.#ids = arena.i32(this.ids, limit);
    this.#positions = arena.i32(this.positions, limit);
    this.slots = arena.i32(this.slotsAt, limit);
    this.#groups = arena.i32(this.groups, limit * GROUP_INTS);
    this.#listData = arena.i32(this.#lists, limit * context);
    this.#list = new Int32Array(limit);
    this.wanted = new Uint8Array(limit);
  }

  static bytes(limit: number, context: number): number {
    return limit * 4 * (3 + GROUP_INTS + context) + 5 * 64;
  }

  clear(): void {
    this.count = 0;
    this.#listCount = 0;
  }

  /** Rows come in an order in which parents stand before their children. */
  add(slot: number, wanted: boolean): void {
    const row = this.count++;
    const depth = this.#tree.depth[slot] as number;
    const follows = row > 0 && this.#tree.parent[slot] === this.slots[row - 1];
    const list = follows ? (this.#list[row - 1] as number) : this.#listCount++;
    const start = list * this.#context;
    if (follows) this.#listData[start + depth - 1] = slot;
    else this.#tree.path(slot, this.#listData.subarray(start, start + depth));
    this.#list[row] = list;
    this.#ids[row] = this.#tree.token[slot] as number;
    this.#positions[row] = depth - 1;
    this.slots[row] = slot;
    this.wanted[row] = wanted ? 1 : 0;
  }

  /** Tokens before this row's. */
  position(row: number): number {
    return this.#positions[row] as number;
  }

  /** Lays out the attention groups, of wanted rows only if asked so, and returns how many there are. */
  group(wantedOnly: boolean): number {
    let groups = 0;
    let members: number[] = [];
    let shared = 0;
    let own = 0;
    for (let row = 0; row < this.count; row++) {
      if (wantedOnly && this.wanted[row] === 0) continue;
      const length = (this.#positions[row] as number) + 1;
      const before = members[members.length - 1];
      const common = before === undefined ? length : Math.min(shared, this.#common(before, row));
      const joined = own + members.length * (shared - common) + length - common;
      const dearer = common + OWN_KEY_COST * joined > shared + OWN_KEY_COST * own + length;
      if (before !== undefined && members.length < 4 && !dearer) {
        members.push(row);
        shared = common;
        own = joined;
      } else {
        if (before !== undefined) this.#write(groups++, members, shared);
        members = [row];
        shared = length;
        own = 0;
      }
    }
    if (members.length > 0) this.#write(groups++, members, shared);
    return groups;
  }

  /** Length of the prefix that two rows see in common. A slot in common means that all before it are. */
  #common(a: number, b: number): number {
    const shorter = Math.min(this.#positions[a] as number, this.#positions[b] as number) + 1;
    if (this.#list[a] === this.#list[b]) return shorter;
    const x = (this.#list[a] as number) * this.#context;
    const y = (this.#list[b] as number) * this.#context;
    let low = 0;
    let high = shorter;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#listData[x + middle - 1] === this.#listData[y + middle - 1]) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #write(group: number, members: readonly number[], shared: number): void {
    const at = group * GROUP_INTS;
    for (let lane = 0; lane < 4; lane++) {
      const row = members[Math.min(lane, members.length - 1)] as number;
      this.#groups[at + lane] = row;
      this.#groups[at + 4 + lane] = (this.#positions[row] as number) + 1;
      this.#groups[at + 8 + lane] = this.#lists + (this.#list[row] as number) * this.#context * 4;
    }
    this.#groups[at + 12] = shared;
    this.#groups[at + 13] = members.length;
  }
}
