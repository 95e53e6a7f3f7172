import type { PrefixTree } from '../../../core/run/prefix-tree.ts';

/** Tokens of several texts, each distinct beginning once, behind the places of a prefix. */
export interface Tokens {
  readonly ids: Int32Array;
  /** Place of each in its text, those of the prefix counted. */
  readonly positions: Int32Array;
  /** Places of the prefix. */
  readonly places: number;
  /**
   * The keys that each token sees, itself among them, as pairs of a first one and one after the last. Keys are numbered as they
   * stand in a plane: first the places of the prefix, then the tokens.
   */
  readonly spans: readonly Int32Array[];
}

export function tokensOf({ size, token, parent, depth }: PrefixTree, places: number): Tokens {
  const spans: Int32Array[] = [];
  const positions = new Int32Array(size);
  for (let node = 0; node < size; node++) {
    const above = parent[node] as number;
    positions[node] = places + (depth[node] as number) - 1;
    spans.push(joined(above < 0 ? Int32Array.of(0, places) : (spans[above] as Int32Array), places + node));
  }
  return { ids: token, positions, places, spans };
}

/** Spans with one key more. */
function joined(spans: Int32Array, key: number): Int32Array {
  const last = spans.length - 1;
  if (spans[last] !== key) return Int32Array.of(...spans, key, key + 1);
  const longer = spans.slice();
  longer[last] = key + 1;
  return longer;
}
