import { tokens } from './tokens.ts';
import type { Entity } from './types.ts';

export interface Candidate {
  readonly entity: Entity;
  readonly alias: string;
  /** The case that a mention needs: all capitals, a first capital, or any. */
  readonly letters: 'upper' | 'capital' | 'any';
}

/** Room for a word's number in the key of an edge. */
const WORDS = 2 ** 24;

const ARTICLE = /^(?:the|a|an)\s+/iu;

/** The first letter that is not of an article: "the Stones" asks for a capital, "the sea" does not. */
const core = (name: string): string => name.replace(ARTICLE, '');

export const isUpper = (text: string): boolean => /\p{Lu}/u.test(text) && !/\p{Ll}/u.test(text);
export const beginsUpper = (text: string): boolean => /^[^\p{L}]*\p{Lu}/u.test(core(text));

/** Names and aliases as a trie over words: each edge is a word, nodes of a whole name hold the entities of that name. */
export class NameIndex {
  readonly #words = new Map<string, number>();
  /** Nodes of one word, by its number; nearly all words of a text end there. */
  readonly #first: (number | undefined)[] = [];
  readonly #edges = new Map<number, number>();
  readonly #candidates: (Candidate[] | undefined)[] = [undefined];

  constructor(entities: Iterable<Entity>) {
    for (const entity of entities) {
      this.#add(entity.name, entity);
      for (const alias of entity.aliases) this.#add(alias, entity);
    }
  }

  #add(alias: string, entity: Entity): void {
    const keys = tokens(alias);
    if (keys.length === 0) return;
    let node = 0;
    for (const { key } of keys) {
      let word = this.#words.get(key);
      if (word === undefined) {
        word = this.#words.size;
        this.#words.set(key, word);
        this.#first.push(undefined);
      }
      let next = this.step(node, word);
      if (next === undefined) {
        next = this.#candidates.push(undefined) - 1;
        if (node === 0) this.#first[word] = next;
        else this.#edges.set(node * WORDS + word, next);
      }
      node = next;
    }
    const letters = isUpper(alias) && alias.length > 1 ? 'upper' : beginsUpper(alias) ? 'capital' : 'any';
    const own = this.#candidates[node];
    if (own === undefined) this.#candidates[node] = [{ entity, alias, letters }];
    else if (!own.some((c) => c.entity === entity && c.alias === alias)) own.push({ entity, alias, letters });
  }

  /** The number of a word; undefined where no name has it. */
  word(key: string): number | undefined {
    return this.#words.get(key);
  }

  /** The node after one more word; undefined where no name goes on so. The root is 0. */
  step(node: number, word: number | undefined): number | undefined {
    if (word === undefined) return undefined;
    return node === 0 ? this.#first[word] : this.#edges.get(node * WORDS + word);
  }

  at(node: number | undefined): readonly Candidate[] | undefined {
    return node === undefined ? undefined : this.#candidates[node];
  }
}

/** What a word may be the plural of; short words and words in -ss are none. */
export function singulars(key: string): string[] {
  if (key.length < 5 || !key.endsWith('s') || key.endsWith('ss')) return [];
  const cut = [key.slice(0, -1)];
  if (key.endsWith('ies')) cut.push(`${key.slice(0, -3)}y`);
  else if (/(?:ch|sh|[sxz])es$/u.test(key)) cut.push(key.slice(0, -2));
  return cut;
}
