import { type KerOptions, type LinkedText, largest } from './relevance.ts';
import { dot, layOut, multiply, type RelevanceLayout, type Vectors } from './relevance-layout.ts';
import { Shortlist } from './shortlist.ts';

/** A pool item and its exact figures. */
export interface Relevant {
  readonly index: number;
  readonly relevance: number;
  readonly overlap: number;
  /** NaN where one of the two texts has no vector. */
  readonly distance: number;
}

/** Rounding of a squared distance from dot products, against the scale of the vectors; a hundred times what sums of this length have. */
const ROUNDING = 1e-12;

/**
 * The items of the highest knowledge relevance to one target, without making that of every pair.
 *
 * The mean m of a text is that of the vectors e of its entities. To a target q it has |m - q|² = |m|² + |q|² - 2m·q, where
 * m·q lies between the smallest and the largest e·q. So, with the texts of each entity by rising |m|², the farthest of all
 * stand at the upper ends of few of these lists and the nearest at the lower ends, and the rest is never looked at. What
 * overlaps is found through the entities of the target. What rounding could put among the best or the farthest is then
 * computed as METHODS 1.2 has it.
 */
export class RelevanceIndex {
  readonly #pool: RelevanceLayout;
  readonly #longest: number;
  /** For one target, kept to be used again: overlap of each entry, dot product of each entity, the last walk that met an entry. */
  readonly #overlap: Float64Array;
  readonly #dots: Float64Array;
  readonly #met: Int32Array;
  #walk = 0;

  /** @param vectorOf the vectors that the means of the pool were made from. */
  constructor(pool: readonly LinkedText[], vectorOf: Vectors) {
    this.#pool = layOut(pool, vectorOf);
    this.#longest = largest(this.#pool.squares);
    this.#overlap = new Float64Array(this.#pool.entries.length);
    this.#dots = new Float64Array(this.#pool.rowCount);
    this.#met = new Int32Array(this.#pool.entries.length);
  }

  /** The best `count` items, the best first, ties by lower index: those of the plain double loop, to the last bit. */
  best(target: LinkedText, count: number, { alpha, gamma, squared }: Omit<KerOptions, 'maximum'>): Relevant[] {
    const { entries, items, blank } = this.#pool;
    const wanted = Math.min(count, entries.length);
    if (wanted <= 0) return [];
    const own = target.mean === undefined ? 0 : dot(target.mean, target.mean);
    if (target.mean !== undefined) multiply(this.#pool, target.mean, this.#dots);
    const slack = ROUNDING * (Math.sqrt(this.#longest) + Math.sqrt(own)) ** 2;
    const exact = (entry: number) => distance(entries[entry] as LinkedText, target, squared);
    const farthest = target.mean === undefined ? 0 : this.#farthest(own, slack, exact);
    /** What a text without a vector counts as. */
    const unknown = farthest === 0 ? 1 : farthest;
    const slope = (1 - alpha) / unknown;

    this.#walk++;
    const overlapping = this.#overlaps(target.entities);
    const highest = overlapping.reduce((most, entry) => Math.max(most, this.#overlap[entry] as number), 0);
    const nearness = (value: number) => (highest + gamma === 0 ? 1 : (value + gamma) / (highest + gamma));
    const shortlist = new Shortlist(wanted, 2 * (slope * (squared ? slack : Math.sqrt(slack)) + ROUNDING));
    const add = (entry: number) => {
      const square = target.mean === undefined ? undefined : this.#square(entry, own);
      const rough = square === undefined ? unknown : squared ? square : Math.sqrt(square);
      shortlist.add(entry, alpha * nearness(this.#overlap[entry] as number) + 1 - alpha - slope * rough);
    };
    for (const entry of overlapping) add(entry);
    const alike = target.mean === undefined || slope === 0;
    // Where neither overlap nor distance tells texts apart, no more than the first `wanted` can matter.
    let equal = 0;
    for (const entry of alike ? entries.keys() : blank) {
      if (equal === wanted) break;
      if (this.#overlap[entry] !== 0) continue;
      add(entry);
      equal++;
    }
    if (!alike) {
      const room = () => {
        const reach = (alpha * nearness(0) + 1 - alpha - shortlist.floor) / slope;
        return reach < 0 ? Number.NEGATIVE_INFINITY : (squared ? reach : reach * reach) - own + slack;
      };
      this.#nearest(room, add);
    }

    const best: Relevant[] = [];
    for (const entry of shortlist.entries()) {
      const figures = { overlap: this.#overlap[entry] as number, distance: exact(entry) };
      const far = Number.isNaN(figures.distance) ? 1 : farthest === 0 ? 0 : figures.distance / farthest;
      const relevance = alpha * nearness(figures.overlap) + (1 - alpha) * (1 - far);
      for (const index of items[entry] ?? []) {
        const item = { index, relevance, ...figures };
        // Later items of an entry come after this one.
        if (best.length === count && !comesBefore(item, best[count - 1] as Relevant)) break;
        let at = best.length;
        while (at > 0 && comesBefore(item, best[at - 1] as Relevant)) at--;
        best.splice(at, 0, item);
        if (best.length > count) best.pop();
      }
    }
    for (const entry of overlapping) this.#overlap[entry] = 0;
    return best;
  }

  /** The entries that share an entity with the target, which count as met; their overlaps into `#overlap`. */
  #overlaps(entities: ReadonlySet<string>): number[] {
    const { numberOf, postings, sizes } = this.#pool;
    const overlap = this.#overlap;
    const found: number[] = [];
    for (const id of entities) {
      const number = numberOf.get(id);
      if (number === undefined) continue;
      const end = postings.starts[number + 1] as number;
      for (let at = postings.starts[number] as number; at < end; at++) {
        const entry = postings.values[at] as number;
        if (this.#meet(entry)) found.push(entry);
        overlap[entry] = (overlap[entry] as number) + 1;
      }
    }
    for (const entry of found) {
      const shared = overlap[entry] as number;
      overlap[entry] = shared / ((sizes[entry] as number) + entities.size - shared);
    }
    return found;
  }

  /** The exact distance of the farthest text. */
  #farthest(own: number, slack: number, exact: (entry: number) => number): number {
    const { postings, squares, greatest, vectorCount } = this.#pool;
    let most = 0;
    const found: { entry: number; square: number }[] = [];
    this.#walk++;
    for (let number = 0; number < vectorCount; number++) {
      const least = most - own + 2 * (this.#dots[number] as number) - 3 * slack;
      if ((greatest[number] as number) < least) continue;
      const first = postings.starts[number] as number;
      for (let at = (postings.starts[number + 1] as number) - 1; at >= first; at--) {
        const entry = postings.values[at] as number;
        if ((squares[entry] as number) < least) break;
        if (!this.#meet(entry)) continue;
        const square = this.#square(entry, own) as number;
        if (square < most - 2 * slack) continue;
        found.push({ entry, square });
        most = Math.max(most, square);
      }
    }
    return found.reduce((d, { entry, square }) => (square < most - 2 * slack ? d : Math.max(d, exact(entry))), 0);
  }

  /** Gives all entries not yet met that can be within a squared distance; `room` is that minus the square of the target. */
  #nearest(room: () => number, give: (entry: number) => void): void {
    const { postings, squares, least, vectorCount } = this.#pool;
    let limit = room();
    for (let number = 0; number < vectorCount; number++) {
      const most = limit + 2 * (this.#dots[number] as number);
      if ((least[number] as number) > most) continue;
      let given = false;
      const end = postings.starts[number + 1] as number;
      for (let at = postings.starts[number] as number; at < end; at++) {
        const entry = postings.values[at] as number;
        if ((squares[entry] as number) > most) break;
        if (!this.#meet(entry)) continue;
        give(entry);
        given = true;
      }
      if (given) limit = room();
    }
  }

  #meet(entry: number): boolean {
    const first = this.#met[entry] !== this.#walk;
    this.#met[entry] = this.#walk;
    return first;
  }

  /** The squared distance of an entry but for rounding; undefined without a vector. */
  #square(entry: number, own: number): number | undefined {
    const { members, squares } = this.#pool;
    const from = members.starts[entry] as number;
    const to = members.starts[entry + 1] as number;
    if (from === to) return undefined;
    let sum = 0;
    for (let at = from; at < to; at++) sum += this.#dots[members.values[at] as number] as number;
    return Math.max(0, (squares[entry] as number) + own - (2 * sum) / (to - from));
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
