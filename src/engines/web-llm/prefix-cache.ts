/**
 * A model whose keys and values of past tokens stay in pages on the GPU. A sequence is a row of tokens in that cache, under a
 * number of ours.
 */
export interface CachedModel {
  /** Tokens that all sequences together can hold; shared prefixes count once. */
  readonly contextLength: number;
  /** Tokens a page. */
  readonly pageSize: number;
  freePages(): number;
  /** Forgets all sequences. */
  clear(): void;
  add(sequence: number): void;
  remove(sequence: number): void;
  /** Takes the last tokens off a sequence. */
  pop(sequence: number, count: number): void;
  /** Runs tokens after a sequence. @returns the logits after the last one: [vocabulary]. */
  append(sequence: number, tokens: readonly number[]): Promise<Float32Array>;
}

interface Sequence {
  readonly id: number;
  readonly tokens: number[];
  usedAt: number;
}

/** Sequences kept side by side, for example one for the demonstrations of each arm. */
const MOST_SEQUENCES = 8;

/**
 * A tail of so many tokens is kept, and a text that leaves it early runs in a sequence of its own. Forking inside a sequence would
 * spare the common beginning, but gave other logits on the real library (scripts/web-llm-smoke/last.json); popping gives the same.
 */
const WORTH_KEEPING = 64;

/** Logits after token sequences, each computed from the longest prefix that the cache still holds. */
export class PrefixCache {
  /** Tokens that ran, ever. */
  computed = 0;
  readonly #model: CachedModel;
  readonly keeps: boolean;
  #sequences: Sequence[] = [];
  #nextId = 0;
  #clock = 0;

  /** @param keeps `false`: every text runs alone and whole, the slow way that needs no faith in the cache. */
  constructor(model: CachedModel, keeps: boolean) {
    this.#model = model;
    this.keeps = keeps;
  }

  clear(): void {
    this.#model.clear();
    this.#sequences = [];
  }

  /** @param tokens at least one. @returns logits over the vocabulary after the last of them. */
  async logitsAfter(tokens: readonly number[]): Promise<Float32Array> {
    if (!this.keeps) this.clear();
    const sequence = this.#sequenceFor(tokens);
    const rest = tokens.slice(sequence.tokens.length);
    try {
      const logits = await this.#model.append(sequence.id, rest);
      sequence.tokens.push(...rest);
      this.computed += rest.length;
      return logits;
    } catch (error) {
      // What the cache holds now is unknown. A device that is lost cannot even be cleared.
      this.#sequences = [];
      try {
        this.#model.clear();
      } catch {}
      throw error;
    }
  }

  /** A sequence that holds a prefix of `tokens` and nothing else, with room for the rest. */
  #sequenceFor(tokens: readonly number[]): Sequence {
    let best: Sequence | undefined;
    let shared = 0;
    for (const sequence of this.#sequences) {
      // The last token always runs: its logits are asked for.
      const length = Math.min(commonLength(sequence.tokens, tokens), tokens.length - 1);
      if (length > shared) [best, shared] = [sequence, length];
    }
    const pages = Math.ceil((tokens.length - shared) / this.#model.pageSize) + 1;
    if (best === undefined) {
      this.#makeRoom(pages, undefined);
      return this.#started((id) => this.#model.add(id));
    }
    const parent = best;
    parent.usedAt = ++this.#clock;
    const tail = parent.tokens.length - shared;
    const whole = Math.ceil(tokens.length / this.#model.pageSize) + 1;
    if (tail >= WORTH_KEEPING && shared < WORTH_KEEPING && this.#makeRoom(whole, parent))
      return this.#started((id) => this.#model.add(id));
    if (tail > 0) {
      this.#model.pop(parent.id, tail);
      parent.tokens.length = shared;
    }
    this.#makeRoom(pages, parent);
    return parent;
  }

  #started(start: (id: number) => void): Sequence {
    while (this.#sequences.length >= MOST_SEQUENCES) this.#drop(oldest(this.#sequences));
    const sequence = { id: this.#nextId++, tokens: [] as number[], usedAt: ++this.#clock };
    start(sequence.id);
    this.#sequences.push(sequence);
    return sequence;
  }

  /** Drops the sequences that were used longest ago, never `spared`. @returns whether there is room now. */
  #makeRoom(pages: number, spared: Sequence | undefined): boolean {
    for (;;) {
      if (this.#model.freePages() >= pages) return true;
      const others = this.#sequences.filter((sequence) => sequence !== spared);
      if (others.length === 0) return false;
      this.#drop(oldest(others));
    }
  }

  #drop(sequence: Sequence): void {
    this.#model.remove(sequence.id);
    this.#sequences = this.#sequences.filter((other) => other !== sequence);
  }
}

const oldest = (sequences: readonly Sequence[]): Sequence =>
  sequences.reduce((first, other) => (other.usedAt < first.usedAt ? other : first));

function commonLength(a: readonly number[], b: readonly number[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
