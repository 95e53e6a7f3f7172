/** The entries that the `wanted` best can be among, where a rough value is within half of `tolerance` of the exact one. */
export class Shortlist {
  readonly #wanted: number;
  readonly #tolerance: number;
  readonly #found: { entry: number; rough: number }[] = [];
  /** The best rough values, the best first. */
  readonly #best: number[] = [];

  constructor(wanted: number, tolerance: number) {
    this.#wanted = wanted;
    this.#tolerance = tolerance;
  }

  /** What is below it cannot be among the best. */
  get floor(): number {
    return this.#best.length < this.#wanted
      ? Number.NEGATIVE_INFINITY
      : (this.#best[this.#wanted - 1] as number) - this.#tolerance;
  }

  add(entry: number, rough: number): void {
    if (rough < this.floor) return;
    this.#found.push({ entry, rough });
    const best = this.#best;
    let at = best.length;
    while (at > 0 && rough > (best[at - 1] as number)) at--;
    best.splice(at, 0, rough);
    if (best.length > this.#wanted) best.pop();
  }

  entries(): number[] {
    return this.#found.flatMap(({ entry, rough }) => (rough < this.floor ? [] : [entry]));
  }
}
