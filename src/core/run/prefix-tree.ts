/**
 * Token sequences as a tree of their prefixes, laid out depth first: a node comes after its parent, and everything below a
 * node directly follows it. Whoever walks the arrays from left to right needs only the path of the node at hand.
 */
export interface PrefixTree {
  /** Distinct prefixes, the empty one not counted. */
  readonly size: number;
  /** Last token of each node. */
  readonly token: Int32Array;
  /** Node before it, or -1. */
  readonly parent: Int32Array;
  /** Tokens from the root, this one counted. */
  readonly depth: Int32Array;
  /** For each sequence, the node at which it ends; -1 for an empty one. */
  readonly end: Int32Array;
}

export function buildPrefixTree(sequences: readonly ArrayLike<number>[]): PrefixTree {
  const order = sequences.map((_, i) => i).sort((a, b) => compare(at(sequences, a), at(sequences, b)) || a - b);
  const capacity = sequences.reduce((sum, sequence) => sum + sequence.length, 0);
  const token = new Int32Array(capacity);
  const parent = new Int32Array(capacity);
  const depth = new Int32Array(capacity);
  const end = new Int32Array(sequences.length).fill(-1);
  // In sorted order the prefixes that a sequence shares with any earlier one, it shares with the one just before.
  const path: number[] = [];
  let size = 0;
  for (const index of order) {
    const sequence = at(sequences, index);
    let shared = 0;
    while (shared < path.length && shared < sequence.length && token[path[shared] as number] === sequence[shared])
      shared++;
    path.length = shared;
    for (let i = shared; i < sequence.length; i++) {
      token[size] = sequence[i] as number;
      parent[size] = path[i - 1] ?? -1;
      depth[size] = i + 1;
      path.push(size++);
    }
    end[index] = path[path.length - 1] ?? -1;
  }
  return { size, token: token.slice(0, size), parent: parent.slice(0, size), depth: depth.slice(0, size), end };
}

/** Nodes of a sequence, from the root to its end. */
export function pathOf(tree: PrefixTree, sequence: number): Int32Array {
  const last = tree.end[sequence] ?? -1;
  const path = new Int32Array(last < 0 ? 0 : (tree.depth[last] as number));
  for (let node = last, i = path.length - 1; i >= 0; i--) {
    path[i] = node;
    node = tree.parent[node] as number;
  }
  return path;
}

/** Tokens if every sequence ran alone, and tokens if each distinct prefix ran once. */
export function sharing(
  sequences: readonly ArrayLike<number>[],
  tree: PrefixTree,
): { asked: number; distinct: number } {
  return { asked: sequences.reduce((sum, sequence) => sum + sequence.length, 0), distinct: tree.size };
}

const at = (sequences: readonly ArrayLike<number>[], index: number): ArrayLike<number> =>
  sequences[index] as ArrayLike<number>;

function compare(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
