import { FUNCTION_WORDS } from './grammar.ts';
import { singulars } from './name-index.ts';
import { type Token, tokens } from './tokens.ts';
import type { Entity } from './types.ts';

/** Words of a block; the context of a word is its block and those beside it. */
const BLOCK = 120;

/** The words around a word, with what they may be the plural of. Sets are made where asked for, one a block. */
export function wordsNear(words: readonly Token[]): (word: number) => ReadonlySet<string> {
  const blocks = new Map<number, ReadonlySet<string>>();
  return (word) => {
    const block = Math.floor(word / BLOCK);
    let near = blocks.get(block);
    if (near === undefined) {
      const keys = words.slice(Math.max(0, (block - 1) * BLOCK), (block + 2) * BLOCK).map((w) => w.key);
      near = new Set(keys.flatMap((key) => [key, ...singulars(key)]));
      blocks.set(block, near);
    }
    return near;
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
  shared(entity: Entity, near: ReadonlySet<string>): number {
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
