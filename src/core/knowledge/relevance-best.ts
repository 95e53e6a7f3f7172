import { type KerOptions, type LinkedText, largest, overlap } from './relevance.ts';

/** A pool item and its exact figures. */
export interface Relevant {
  readonly index: number;
  readonly relevance: number;
  readonly overlap: number;
  /** NaN where one of the two texts has no vector. */
  readonly distance: number;
}

type Vectors = (entityId: string) => ArrayLike<number> | undefined;

/** Rounding of a squared distance from dot products, against the scale of the vectors; a hundred times what sums of this length have. */
const ROUNDING = 1e-12;

/**
 * The items of the highest knowledge relevance to one target, without making that of every pair. A mean is a sum of a few
 * entity vectors, so that its distance follows, but for rounding, from one dot product an entity; overlaps come from the
 * entities of the target. What rounding could put among the best or the farthest is then computed as METHODS 1.2 has it.
 * Memory: 8 bytes a number of the distinct entities' vectors, 4 bytes an entity of each distinct text, 28 bytes a distinct text.
 */
export class RelevanceIndex {
  readonly #entries: LinkedText[] = [];
  /** Items of each entry, in rising order. */
  readonly #items: number[][] = [];
  readonly #postings = new Map<string, number[]>();
  /** Entities with a vector; [entity][number]. */
  readonly #vectors: Float64Array[] = [];
  /** Their numbers in each entry, end to end, and where those of an entry begin. */
  readonly #members: Int32Array;
  readonly #first: Int32Array;
  /** Squared length of each entry's mean; NaN without one. */
  readonly #squares: Float64Array;
  readonly #longest: number;
  /** For one target, kept to be used again: rough distance of each entry, and what its overlap adds to its relevance. */
  readonly #rough: Float64Array;
  readonly #bonus: Float64Array;

  /** @param vectorOf the vectors that the means of the pool were made from. */
  constructor(pool: readonly LinkedText[], vectorOf: Vectors) {
    const known = new Map<string, number>();
    const numberOf = new Map<string, number>();
    const members: number[] = [];
    const first: number[] = [];
    pool.forEach((text, index) => {
      const key = [...text.entities].join('\u0000');
      const found = known.get(key);
      if (found !== undefined) {
        this.#items[found]?.push(index);
        return;
      }
      const entry = this.#entries.push(text) - 1;
      known.set(key, entry);
      this.#items.push([index]);
      first.push(members.length);
      for (const id of text.entities) {
        const list = this.#postings.get(id);
        if (list === undefined) this.#postings.set(id, [entry]);
        else list.push(entry);
        const vector = vectorOf(id);
        if (vector === undefined) continue;
        const number = numberOf.get(id) ?? this.#vectors.push(Float64Array.from(vector)) - 1;
        numberOf.set(id, number);
        members.push(number);
      }
    });
    this.#members = Int32Array.from(members);
    this.#first = Int32Array.from([...first, members.length]);
    this.#squares = Float64Array.from(this.#entries, ({ mean }) => (mean === undefined ? Number.NaN : dot(mean, mean)));
    this.#longest = largest(this.#squares);
    this.#rough = new Float64Array(this.#entries.length);
    this.#bonus = new Float64Array(this.#entries.length);
  }

  /** The best `count` items, the best first, ties by lower index: those of the plain double loop, to the last bit. */
  best(target: LinkedText, count: number, { alpha, gamma, squared }: Omit<KerOptions, 'maximum'>): Relevant[] {
    const wanted = Math.min(count, this.#entries.length);
    if (wanted <= 0) return [];
    const overlaps = this.#overlaps(target.entities);
    let highest = 0;
    for (const value of overlaps.values()) highest = Math.max(highest, value);
    const nearness = (value: number) => (highest + gamma === 0 ? 1 : (value + gamma) / (highest + gamma));
    const slack = this.#slack(target, squared);
    const exact = (entry: number) => distance(this.#entries[entry] as LinkedText, target, squared);
    const farthest = this.#farthest(this.#roughDistances(target, squared), slack, exact);
    const relevanceOf = (value: number, d: number) => {
      const far = Number.isNaN(d) ? 1 : farthest === 0 ? 0 : d / farthest;
      return alpha * nearness(value) + (1 - alpha) * (1 - far);
    };
    for (const [entry, value] of overlaps) this.#bonus[entry] = alpha * (nearness(value) - nearness(0));
    const slope = (1 - alpha) / (farthest === 0 ? 1 : farthest);
    const candidates = this.#candidates(
      target,
      wanted,
      alpha * nearness(0) + 1 - alpha,
      slope,
      slope * slack + ROUNDING,
    );
    for (const entry of overlaps.keys()) this.#bonus[entry] = 0;
    const best: Relevant[] = [];
    for (const entry of candidates) {
      const figures = { overlap: overlaps.get(entry) ?? 0, distance: exact(entry) };
      const relevance = relevanceOf(figures.overlap, figures.distance);
      for (const index of this.#items[entry] ?? []) {
        const item = { index, relevance, ...figures };
        // Later items of an entry come after this one.
        if (best.length === count && !comesBefore(item, best[count - 1] as Relevant)) break;
        let at = best.length;
        while (at > 0 && comesBefore(item, best[at - 1] as Relevant)) at--;
        best.splice(at, 0, item);
        if (best.length > count) best.pop();
      }
    }
    return best;
  }

  /** Entries that the `wanted` best can be among, where a rough relevance is within `error` of the exact one. */
  #candidates({ mean }: LinkedText, wanted: number, base: number, slope: number, error: number): number[] {
    const tolerance = 2 * error;
    // Those that have neither a distance nor an overlap are equal: no more than the first `wanted` can matter.
    let equal = 0;
    const found: { entry: number; rough: number }[] = [];
    const best: number[] = [];
    let least = Number.NEGATIVE_INFINITY;
    for (let entry = 0; entry < this.#rough.length; entry++) {
      const rough = base - slope * (this.#rough[entry] as number) + (this.#bonus[entry] as number);
      if (rough < least - tolerance) continue;
      const blank = mean === undefined || this.#first[entry] === this.#first[entry + 1];
      if (blank && this.#bonus[entry] === 0 && ++equal > wanted) continue;
      found.push({ entry, rough });
      if (rough <= least) continue;
      let at = best.length;
      while (at > 0 && rough > (best[at - 1] as number)) at--;
      best.splice(at, 0, rough);
      if (best.length > wanted) best.pop();
      if (best.length === wanted) least = best[wanted - 1] as number;
    }
    return found.flatMap(({ entry, rough }) => (rough < least - tolerance ? [] : [entry]));
  }

  /** Of the entries that share an entity with the target. */
  #overlaps(entities: ReadonlySet<string>): Map<number, number> {
    const overlaps = new Map<number, number>();
    for (const id of entities) {
      for (const entry of this.#postings.get(id) ?? []) {
        if (!overlaps.has(entry)) overlaps.set(entry, overlap((this.#entries[entry] as LinkedText).entities, entities));
      }
    }
    return overlaps;
  }

  /** Into `#rough`; without a vector a text counts as the farthest, which is filled in by `#farthest`. */
  #roughDistances({ mean }: LinkedText, squared: boolean): number {
    const rough = this.#rough;
    if (mean === undefined) {
      rough.fill(-1);
      return 0;
    }
    const dots = Float64Array.from(this.#vectors, (vector) => dot(vector, mean));
    const own = dot(mean, mean);
    let most = 0;
    for (let entry = 0; entry < rough.length; entry++) {
      const from = this.#first[entry] as number;
      const to = this.#first[entry + 1] as number;
      let sum = 0;
      for (let at = from; at < to; at++) sum += dots[this.#members[at] as number] as number;
      const square = Math.max(0, (this.#squares[entry] as number) + own - (2 * sum) / (to - from));
      const value = from === to ? -1 : squared ? square : Math.sqrt(square);
      rough[entry] = value;
      if (value > most) most = value;
    }
    return most;
  }

  /** The exact distance of the farthest text, and that of texts without a vector filled in. */
  #farthest(most: number, slack: number, exact: (entry: number) => number): number {
    const rough = this.#rough;
    let farthest = 0;
    for (let entry = 0; entry < rough.length; entry++) {
      const value = rough[entry] as number;
      if (value >= 0 && value >= most - 2 * slack) farthest = Math.max(farthest, exact(entry));
    }
    const unknown = farthest === 0 ? 1 : farthest;
    for (let entry = 0; entry < rough.length; entry++) if ((rough[entry] as number) < 0) rough[entry] = unknown;
    return farthest;
  }

  /** How far a rough distance can be from the exact one: roots of numbers that differ by x differ by the root of x at most. */
  #slack({ mean }: LinkedText, squared: boolean): number {
    const own = mean === undefined ? 0 : dot(mean, mean);
    const square = ROUNDING * (Math.sqrt(this.#longest) + Math.sqrt(own)) ** 2;
    return squared ? square : Math.sqrt(square);
  }
}

const comesBefore = (a: Relevant, b: Relevant): boolean =>
  a.relevance > b.relevance || (a.relevance === b.relevance && a.index < b.index);

function distance({ mean: a }: LinkedText, { mean: b }: LinkedText, squared: boolean): number {
  if (a === undefined || b === undefined) return Number.NaN;
  let sum = 0;
  for (let k = 0; k < a.length; k++) {
    const difference = (a[k] as number) - (b[k] as number);
    sum += difference * difference;
  }
  return squared ? sum : Math.sqrt(sum);
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] as number);
  return sum;
}
