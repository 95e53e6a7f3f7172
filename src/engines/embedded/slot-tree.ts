/** The parent of a first token. Texts under another root never meet those of this one. */
export const ROOT = -1;
/**
 * For passes through some layers only, or through a changed model: their keys and values must not be taken for those of the
 * whole model as it is. Nothing stays under this root.
 */
export const SCRATCH_ROOT = -2;

/**
 * Which token prefixes hold which slots of the key/value cache: a tree with one token a node, a node's number being its slot.
 * Children are evicted before their parents, the least recently used first; pinned slots never are.
 */
export class SlotTree {
  readonly capacity: number;
  readonly token: Int32Array;
  readonly parent: Int32Array;
  /** Tokens from the root, this one counted. */
  readonly depth: Int32Array;
  readonly #pins: Int32Array;
  readonly #children: Int32Array;
  /** A parent's stamp is never older than its children's. */
  readonly #stamp: Float64Array;
  readonly #used: Uint8Array;
  readonly #needed: Uint8Array;
  readonly #free: number[] = [];
  readonly #index = new Map<number, number>();
  readonly #vocabulary: number;
  readonly #onRemove: (slot: number) => void;
  #clock = 0;

  constructor(capacity: number, vocabulary: number, onRemove: (slot: number) => void = () => {}) {
    this.capacity = capacity;
    this.token = new Int32Array(capacity);
    this.parent = new Int32Array(capacity);
    this.depth = new Int32Array(capacity);
    this.#pins = new Int32Array(capacity);
    this.#children = new Int32Array(capacity);
    this.#stamp = new Float64Array(capacity);
    this.#used = new Uint8Array(capacity);
    this.#needed = new Uint8Array(capacity);
    this.#vocabulary = vocabulary;
    this.#onRemove = onRemove;
    for (let slot = capacity - 1; slot >= 0; slot--) this.#free.push(slot);
  }

  get size(): number {
    return this.capacity - this.#free.length;
  }

  /** The slot of this token after `parent`, or -1. */
  find(parent: number, token: number): number {
    return this.#index.get((parent + 1) * this.#vocabulary + token) ?? -1;
  }

  /** A slot for a token that `find` does not find, or -1 when all slots are pinned. */
  add(parent: number, token: number): number {
    if (this.#free.length === 0) this.evict(1 + (this.capacity >> 5));
    const slot = this.#free.pop();
    if (slot === undefined) return -1;
    this.token[slot] = token;
    this.parent[slot] = parent;
    this.depth[slot] = parent < 0 ? 1 : (this.depth[parent] as number) + 1;
    this.#used[slot] = 1;
    this.#stamp[slot] = 0;
    if (parent >= 0) this.#children[parent] = (this.#children[parent] as number) + 1;
    this.#index.set((parent + 1) * this.#vocabulary + token, slot);
    return slot;
  }

  /** Frees a slot that has no children. */
  remove(slot: number): void {
    const parent = this.parent[slot] as number;
    this.#index.delete((parent + 1) * this.#vocabulary + (this.token[slot] as number));
    if (parent >= 0) this.#children[parent] = (this.#children[parent] as number) - 1;
    this.#used[slot] = 0;
    this.#pins[slot] = 0;
    this.#needed[slot] = 0;
    this.#free.push(slot);
    this.#onRemove(slot);
  }

  isLeaf(slot: number): boolean {
    return this.#children[slot] === 0;
  }

  pin(slot: number): void {
    this.#pins[slot] = (this.#pins[slot] as number) + 1;
  }

  /** Unpins and marks as just used. Children must be released before their parents. */
  release(slot: number): void {
    this.#pins[slot] = (this.#pins[slot] as number) - 1;
    this.#needed[slot] = 0;
    this.#stamp[slot] = ++this.#clock;
  }

  /** Keeps a slot, and with it its ancestors, from being evicted before those that nobody is waiting for. */
  markNeeded(slot: number): void {
    this.#needed[slot] = 1;
  }

  clearNeeded(): void {
    this.#needed.fill(0);
  }

  /** Frees up to `count` slots. */
  evict(count: number): void {
    if (count <= 0) return;
    const slots: number[] = [];
    for (let slot = 0; slot < this.capacity; slot++)
      if (this.#used[slot] === 1 && this.#pins[slot] === 0) slots.push(slot);
    slots.sort(
      (a, b) =>
        (this.#needed[a] as number) - (this.#needed[b] as number) ||
        (this.#stamp[a] as number) - (this.#stamp[b] as number) ||
        (this.depth[b] as number) - (this.depth[a] as number),
    );
    let left = count;
    for (const slot of slots) {
      if (left === 0) return;
      if (!this.isLeaf(slot)) continue;
      this.remove(slot);
      left--;
    }
  }

  /** Slots from the first token to this one, written to `out`. */
  path(slot: number, out: Int32Array): void {
    for (let at = slot; at >= 0; at = this.parent[at] as number) out[(this.depth[at] as number) - 1] = at;
  }
}
