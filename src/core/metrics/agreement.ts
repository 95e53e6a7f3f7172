/** How alike two arms answer the same queries. An answer is a category; two unscored ones are alike. */
export interface Agreement {
  /** Cohen's kappa: 1 the same answers, 0 as alike as chance. `null` where both always give one and the same answer. */
  readonly kappa: number | null;
  /** Share of the queries that get another answer. */
  readonly flipRate: number;
}

/** @param pairs answers of both arms to one query, as indices of categories. */
export function agreement(pairs: readonly (readonly [number, number])[]): Agreement {
  if (pairs.length === 0) return { kappa: null, flipRate: 0 };
  const first = new Map<number, number>();
  const second = new Map<number, number>();
  let same = 0;
  for (const [a, b] of pairs) {
    first.set(a, (first.get(a) ?? 0) + 1);
    second.set(b, (second.get(b) ?? 0) + 1);
    if (a === b) same++;
  }
  const n = pairs.length;
  // Whole numbers first, so that the order of the categories changes no bit.
  let both = 0;
  for (const [category, count] of first) both += count * (second.get(category) ?? 0);
  const chance = both / n ** 2;
  const observed = same / n;
  return { kappa: chance === 1 ? null : (observed - chance) / (1 - chance), flipRate: 1 - observed };
}
