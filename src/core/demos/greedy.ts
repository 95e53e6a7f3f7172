/** Pairwise similarity of items by index. */
type Pairwise = (i: number, j: number) => number;

/**
 * Maximal marginal relevance: picks i that maximises lambda * relevance(i) - (1 - lambda) * max similarity to the
 * chosen ones (METHODS 3, golden vector 13.6). Ties go to the lower index.
 */
export function mmrOrder(relevance: ArrayLike<number>, between: Pairwise, lambda: number, count: number): number[] {
  const chosen: number[] = [];
  const nearest = new Float64Array(relevance.length).fill(Number.NEGATIVE_INFINITY);
  while (chosen.length < Math.min(count, relevance.length)) {
    let best = -1;
    let bestValue = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < relevance.length; i++) {
      if (chosen.includes(i)) continue;
      const redundancy = chosen.length === 0 ? 0 : (nearest[i] as number);
      const value = lambda * (relevance[i] as number) - (1 - lambda) * redundancy;
      if (value > bestValue) [best, bestValue] = [i, value];
    }
    chosen.push(best);
    for (let i = 0; i < relevance.length; i++) nearest[i] = Math.max(nearest[i] as number, between(i, best));
  }
  return chosen;
}

/** Below this the kernel has no volume left to add. */
const RESIDUAL = 1e-10;

/**
 * Greedy MAP of a determinantal point process over candidates (Chen et al. 2018, incremental Cholesky) with the kernel
 * of METHODS 3: rel_i * sim_ij * rel_j, sim scaled to [0, 1], rel_i = exp((sim_i - max) / (2 scale)).
 * @returns positions in `candidates`, in the order of being picked; fewer than `count` where the volume is used up.
 */
export function dppOrder(relevance: readonly number[], between: Pairwise, scale: number, count: number): number[] {
  const scaled = (cosine: number): number => (cosine + 1) / 2;
  const highest = Math.max(...relevance.map(scaled));
  const weight = relevance.map((r) => Math.exp((scaled(r) - highest) / (2 * scale)));
  const kernel = (i: number, j: number): number =>
    (weight[i] as number) * scaled(between(i, j)) * (weight[j] as number);
  const residual = relevance.map((_, i) => kernel(i, i));
  const rows: number[][] = relevance.map(() => []);
  const chosen: number[] = [];
  while (chosen.length < Math.min(count, relevance.length)) {
    let best = -1;
    residual.forEach((d, i) => {
      if (!chosen.includes(i) && (best < 0 || d > (residual[best] as number))) best = i;
    });
    const volume = residual[best] as number;
    if (volume <= RESIDUAL) break;
    const root = Math.sqrt(volume);
    const pivot = rows[best] as number[];
    relevance.forEach((_, i) => {
      const row = rows[i] as number[];
      if (i === best || chosen.includes(i)) return;
      const e = (kernel(best, i) - pivot.reduce((sum, x, k) => sum + x * (row[k] as number), 0)) / root;
      row.push(e);
      residual[i] = (residual[i] as number) - e * e;
    });
    chosen.push(best);
  }
  return chosen;
}

/** Votes of items for their neighbours, and what has been chosen by them. */
export interface Votes {
  /** The candidate with the most votes, the first of equals, which is then chosen. */
  readonly pick: (candidates: readonly number[]) => number;
}

/**
 * Each item votes for its k nearest; a candidate's votes are the sum over its voters that are not chosen of
 * 10^-(chosen items the voter already supports) (Su et al. 2023; METHODS 3).
 */
export function voting(size: number, between: Pairwise, neighbours: number): Votes {
  const voters: number[][] = Array.from({ length: size }, () => []);
  for (let v = 0; v < size; v++) {
    const near = Array.from({ length: size }, (_, i) => i)
      .filter((i) => i !== v)
      .map((i) => ({ i, similarity: between(v, i) }))
      .sort((a, b) => b.similarity - a.similarity || a.i - b.i)
      .slice(0, neighbours);
    for (const { i } of near) voters[i]?.push(v);
  }
  const supported = new Array<number>(size).fill(0);
  const chosen = new Set<number>();
  const votesFor = (u: number): number =>
    (voters[u] as number[]).filter((v) => !chosen.has(v)).reduce((sum, v) => sum + 10 ** -(supported[v] as number), 0);
  return {
    pick(candidates) {
      let best = -1;
      let bestVotes = -1;
      for (const u of candidates) {
        const votes = votesFor(u);
        if (votes > bestVotes) [best, bestVotes] = [u, votes];
      }
      chosen.add(best);
      for (const v of voters[best] as number[]) supported[v] = (supported[v] as number) + 1;
      return best;
    },
  };
}

/** Fast vote-k (Su et al. 2023, stage 1; METHODS 3, golden vector 13.5): the most votes, again and again. */
export function pickMany(votes: Votes, size: number, count: number): number[] {
  const open = new Set(Array.from({ length: size }, (_, i) => i));
  return Array.from({ length: Math.min(count, size) }, () => {
    const picked = votes.pick([...open]);
    open.delete(picked);
    return picked;
  });
}

export const voteK = (size: number, between: Pairwise, neighbours: number, count: number): number[] =>
  pickMany(voting(size, between, neighbours), size, count);
