import { type KerOptions, type LinkedText, overlap } from './relevance.ts';

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
 * Memory: 8 bytes a number of the distinct entities' vectors, 4 bytes an entity of each distinct text, 12 bytes a text.
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
    this.#longest = this.#squares.reduce((most, x) => (x > most ? x : most), 0);
  }

  /** The best `count` items, the best first, ties by lower index: those of the plain double loop, to the last bit. */
  best(target: LinkedText, count: number, { alpha, gamma, squared }: Omit<KerOptions, 'maximum'>): Relevant[] {
    const wanted = Math.min(count, this.#entries.length);
    if (wanted <= 0) return [];
    const overlaps = this.#overlaps(target.entities);
    const near = { highest: 0 };
    for (const value of overlaps.values()) near.highest = Math.max(near.highest, value);
    const nearness = (value: number) => (near.highest + gamma === 0 ? 1 : (value + gamma) / (near.highest + gamma));
    const rough = this.#roughDistances(target, squared);
    const slack = this.#slack(target, squared);
    const exact = (entry: number) => distance(this.#entries[entry] as LinkedText, target, squared);
    const farthest = farthestOf(rough, slack, exact);
    const relevanceOf = (value: number, d: number) => {
      const far = Number.isNaN(d) ? 1 : farthest === 0 ? 0 : d / farthest;
      return alpha * nearness(value) + (1 - alpha) * (1 - far);
    };
    const unshared = nearness(0);
    const roughly = new Float64Array(rough.length);
    const scale = farthest === 0 ? 0 : 1 / farthest;
    for (let entry = 0; entry < rough.length; entry++) {
      const d = rough[entry] as number;
      const far = Number.isNaN(d) ? 1 : d * scale;
      roughly[entry] = alpha * unshared + (1 - alpha) * (1 - far);
    }
    for (const [entry, value] of overlaps)
      roughly[entry] = (roughly[entry] as number) + alpha * (nearness(value) - unshared);
    const tolerance = (1 - alpha) * slack * scale + ROUNDING;
    const least = kth(roughly, wanted) - 2 * tolerance;
    const found: Relevant[] = [];
    for (let entry = 0; entry < roughly.length; entry++) {
      if ((roughly[entry] as number) < least) continue;
      const figures = { overlap: overlaps.get(entry) ?? 0, distance: exact(entry) };
      const relevance = relevanceOf(figures.overlap, figures.distance);
      for (const index of this.#items[entry] ?? []) found.push({ index, relevance, ...figures });
    }
    return found.sort((a, b) => b.relevance - a.relevance || a.index - b.index).slice(0, count);
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

  #roughDistances({ mean }: LinkedText, squared: boolean): Float64Array {
    const rough = new Float64Array(this.#entries.length).fill(Number.NaN);
    if (mean === undefined) return rough;
    const dots = Float64Array.from(this.#vectors, (vector) => dot(vector, mean));
    const own = dot(mean, mean);
    for (let entry = 0; entry < rough.length; entry++) {
      const from = this.#first[entry] as number;
      const to = this.#first[entry + 1] as number;
      if (from === to) continue;
      let sum = 0;
      for (let at = from; at < to; at++) sum += dots[this.#members[at] as number] as number;
      const square = Math.max(0, (this.#squares[entry] as number) + own - (2 * sum) / (to - from));
      rough[entry] = squared ? square : Math.sqrt(square);
    }
    return rough;
  }

  /** How far a rough distance can be from the exact one: roots of numbers that differ by x differ by the root of x at most. */
  #slack({ mean }: LinkedText, squared: boolean): number {
    const own = mean === undefined ? 0 : dot(mean, mean);
    const square = ROUNDING * (Math.sqrt(this.#longest) + Math.sqrt(own)) ** 2;
    return squared ? square : Math.sqrt(square);
  }
}

function farthestOf(rough: Float64Array, slack: number, exact: (entry: number) => number): number {
  let most = 0;
  for (let entry = 0; entry < rough.length; entry++) if ((rough[entry] as number) > most) most = rough[entry] as number;
  let farthest = 0;
  for (let entry = 0; entry < rough.length; entry++)
    if ((rough[entry] as number) >= most - 2 * slack) farthest = Math.max(farthest, exact(entry));
  return farthest;
}

/** The `count`-th largest number. */
function kth(values: Float64Array, count: number): number {
  const best: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (best.length === count && value <= (best[count - 1] as number)) continue;
    let at = best.length;
    while (at > 0 && value > (best[at - 1] as number)) at--;
    best.splice(at, 0, value);
    if (best.length > count) best.pop();
  }
  return best[count - 1] ?? Number.NEGATIVE_INFINITY;
}

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
