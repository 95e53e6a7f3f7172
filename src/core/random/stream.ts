import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A random stream of its own, named by what it is for, so that the order of work changes no draw. */
export interface Stream {
  /** Uniform in [0, 1). */
  float(): number;
  /** Uniform whole number in [0, n). */
  below(n: number): number;
}

/** 32 bits that depend on every part of the name. */
export function streamSeed(...name: readonly (string | number)[]): number {
  const hash = sha256(utf8ToBytes(JSON.stringify(name)));
  return new DataView(hash.buffer, hash.byteOffset).getInt32(0);
}

export function stream(...name: readonly (string | number)[]): Stream {
  const generator = xoroshiro128plus(streamSeed(...name));
  return {
    float: () => uniformFloat64(generator),
    below: (n) => uniformInt(generator, 0, n - 1),
  };
}

/** Fisher-Yates on a copy. */
export function shuffled<T>(items: readonly T[], random: Stream): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}

/**
 * Indices of `count` items drawn without replacement, each draw in proportion to the weights that are left:
 * the largest keys u^(1/w) (Efraimidis and Spirakis 2006), compared as log(u)/w. Returned by falling key.
 * Items of weight 0 come last, in random order, only when there are too few others.
 */
export function weightedDraw(weights: readonly number[], count: number, random: Stream): number[] {
  const keys = weights.map((weight, index) => {
    const u = 1 - random.float();
    return { index, key: weight > 0 ? Math.log(u) / weight : -Infinity, tie: u };
  });
  keys.sort((a, b) => b.key - a.key || b.tie - a.tie);
  return keys.slice(0, count).map((k) => k.index);
}
