import { FUNCTION_WORDS } from './grammar.ts';
import { singulars } from './name-index.ts';
import { type Token, tokens } from './tokens.ts';
import type { Entity } from './types.ts';

/** Words of a block; the context of a word is its block and those beside it. */
const BLOCK = 120;

export interface Nearby {
  has(word: string): boolean;
}

/** The words around a word, with what they may be the plural of. Blocks are read where asked for, each once. */
export function wordsNear(words: readonly Token[]): (word: number) => Nearby {
  const blocks: (ReadonlySet<string> | undefined)[] = [];
  const block = (n: number): ReadonlySet<string> => {
    const known = blocks[n];
    if (known !== undefined) return known;
    const found = new Set<string>();
    for (const { key } of words.slice(n * BLOCK, (n + 1) * BLOCK)) {
      found.add(key);
      for (const singular of singulars(key)) found.add(singular);
    }
    blocks[n] = found;
    return found;
  };
  return (at) => {
    const n = Math.floor(at / BLOCK);
    return { has: (word) => block(n).has(word) || (n > 0 && block(n - 1).has(word)) || block(n + 1).has(word) };
  };
}

/** What tells entities of one name apart: the words of their descriptions and of their neighbours' names. */
export class EntityContexts {
  readonly #neighbours: (entityId: string) => readonly string[];
  readonly #known = new Map<string, ReadonlySet<string>>();

  constructor(neighbours: (entityId: string) => readonly string[]) {
    this.#neighbours = neighbours;
  }

  /** How many words of the entity's context are near. */
  shared(entity: Entity, near: Nearby): number {
    let count = 0;
    for (const word of this.#of(entity)) if (near.has(word)) count++;
    return count;
  }

  #of(entity: Entity): ReadonlySet<string> {
    const known = this.#known.get(entity.id);
    if (known !== undefined) return known;
    const keys = (texts: readonly string[]) => tokens(texts.join(' ')).map((w) => w.key);
    const own = new Set(keys([entity.name, ...entity.aliases]));
    const words = new Set(
      keys([entity.description, ...this.#neighbours(entity.id)]).filter((w) => !FUNCTION_WORDS.has(w) && !own.has(w)),
    );
    this.#known.set(entity.id, words);
    return words;
  }
}
