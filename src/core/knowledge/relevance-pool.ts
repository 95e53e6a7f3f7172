import type { LinkedText } from './relevance.ts';

/** Mean vectors side by side, so that four running sums hide the time of an addition. */
const LANES = 4;

/** Overlap and distance of each distinct text of a pool to a target. */
export interface Pairs {
  readonly overlap: Float64Array;
  /** NaN where one of the two has no vector. */
  readonly distance: Float64Array;
}

/**
 * A pool laid out for many targets. Texts with the same entities and mean are one entry; overlaps are found through the
 * entities of the target, so that only texts that share one are touched; mean vectors lie in one typed array. Each number is
 * made by the same operations in the same order as pair by pair, so that it is the same to the last bit.
 * Memory: 8 bytes a number of each distinct mean, 4 bytes for each entity of each distinct text, 4 bytes a text.
 */
export class RelevancePool {
  /** Entries, distinct texts. */
  readonly size: number;
  /** The entry of each text of the pool. */
  readonly entryOf: Int32Array;
  readonly #entities: Int32Array;
  readonly #postings: ReadonlyMap<string, readonly number[]>;
  readonly #width: number;
  /** [block][number][lane]. */
  readonly #means: Float64Array;
  readonly #hasMean: Uint8Array;

  constructor(pool: readonly LinkedText[]) {
    const entries: LinkedText[] = [];
    const known = new Map<string, number[]>();
    this.entryOf = Int32Array.from(pool, (text) => {
      const key = [...text.entities].join('\u0000');
      const alike = known.get(key) ?? [];
      known.set(key, alike);
      const found = alike.find((entry) => sameMean((entries[entry] as LinkedText).mean, text.mean));
      if (found !== undefined) return found;
      alike.push(entries.length);
      return entries.push(text) - 1;
    });
    this.size = entries.length;
    this.#entities = Int32Array.from(entries, ({ entities }) => entities.size);
    const postings = new Map<string, number[]>();
    entries.forEach(({ entities }, entry) => {
      for (const id of entities) {
        const list = postings.get(id);
        if (list === undefined) postings.set(id, [entry]);
        else list.push(entry);
      }
    });
    this.#postings = postings;
    this.#width = entries.find(({ mean }) => mean !== undefined)?.mean?.length ?? 0;
    this.#means = new Float64Array(Math.ceil(entries.length / LANES) * LANES * this.#width);
    this.#hasMean = new Uint8Array(entries.length);
    entries.forEach(({ mean }, entry) => {
      if (mean === undefined) return;
      this.#hasMean[entry] = 1;
      const at = (entry - (entry % LANES)) * this.#width + (entry % LANES);
      for (let k = 0; k < this.#width; k++) this.#means[at + k * LANES] = mean[k] as number;
    });
  }

  pairsWith(target: LinkedText, squared: boolean): Pairs {
    return { overlap: this.#overlaps(target.entities), distance: this.#distances(target.mean, squared) };
  }

  /** Jaccard overlap of each entry; 0 where both sets are empty. */
  #overlaps(entities: ReadonlySet<string>): Float64Array {
    const overlap = new Float64Array(this.size);
    for (const id of entities)
      for (const entry of this.#postings.get(id) ?? []) overlap[entry] = (overlap[entry] as number) + 1;
    // The shared entities are counted; what is touched becomes a share, once.
    const done = new Set<number>();
    for (const id of entities) {
      for (const entry of this.#postings.get(id) ?? []) {
        if (done.has(entry)) continue;
        done.add(entry);
        const shared = overlap[entry] as number;
        overlap[entry] = shared / ((this.#entities[entry] as number) + entities.size - shared);
      }
    }
    return overlap;
  }

  #distances(target: ArrayLike<number> | undefined, squared: boolean): Float64Array {
    const distance = new Float64Array(this.size).fill(Number.NaN);
    if (target === undefined) return distance;
    const means = this.#means;
    const width = this.#width;
    for (let first = 0; first < this.size; first += LANES) {
      let at = first * width;
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let k = 0; k < width; k++, at += LANES) {
        const x = target[k] as number;
        const da = (means[at] as number) - x;
        const db = (means[at + 1] as number) - x;
        const dc = (means[at + 2] as number) - x;
        const dd = (means[at + 3] as number) - x;
        a += da * da;
        b += db * db;
        c += dc * dc;
        d += dd * dd;
      }
      this.#put(distance, first, a, squared);
      this.#put(distance, first + 1, b, squared);
      this.#put(distance, first + 2, c, squared);
      this.#put(distance, first + 3, d, squared);
    }
    return distance;
  }

  #put(distance: Float64Array, entry: number, sum: number, squared: boolean): void {
    if (entry < this.size && this.#hasMean[entry] === 1) distance[entry] = squared ? sum : Math.sqrt(sum);
  }
}

function sameMean(a: Float64Array | undefined, b: Float64Array | undefined): boolean {
  return (
    a === b || (a !== undefined && b !== undefined && a.length === b.length && a.every((x, k) => Object.is(x, b[k])))
  );
}
