import { tokens } from './tokens.ts';
import type { Entity } from './types.ts';

export interface Candidate {
  readonly entity: Entity;
  readonly alias: string;
  /** The case that a mention needs: all capitals, a first capital, or any. */
  readonly letters: 'upper' | 'capital' | 'any';
  /** Without any capital. */
  readonly small: boolean;
}

const ARTICLE = /^(?:the|a|an)\s+/iu;

/** The first letter that is not of an article: "the Stones" asks for a capital, "the sea" does not. */
const core = (name: string): string => name.replace(ARTICLE, '');

export const isUpper = (text: string): boolean => /\p{Lu}/u.test(text) && !/\p{Ll}/u.test(text);
export const beginsUpper = (text: string): boolean => /^[^\p{L}]*\p{Lu}/u.test(core(text));

/** Names that begin with the same words. */
export interface NameNode {
  /** Entities of the name that ends here. */
  candidates: readonly Candidate[];
  /** By the next word; most names end without one. */
  next: Map<string, NameNode> | undefined;
}

const NONE: readonly Candidate[] = [];

/** Names and aliases as a trie over words. @returns the root. */
export function nameIndex(entities: Iterable<Entity>): NameNode {
  const root: NameNode = { candidates: NONE, next: new Map() };
  for (const entity of entities) for (const alias of [entity.name, ...entity.aliases]) add(root, alias, entity);
  return root;
}

function add(root: NameNode, alias: string, entity: Entity): void {
  let node = root;
  for (const { key } of tokens(alias)) {
    node.next ??= new Map();
    let next = node.next.get(key);
    if (next === undefined) {
      next = { candidates: NONE, next: undefined };
      node.next.set(key, next);
    }
    node = next;
  }
  if (node === root || node.candidates.some((c) => c.entity === entity && c.alias === alias)) return;
  const letters = isUpper(alias) && alias.length > 1 ? 'upper' : beginsUpper(alias) ? 'capital' : 'any';
  node.candidates = [
    ...node.candidates,
    { entity, alias, letters, small: letters === 'any' && !/\p{Lu}/u.test(alias) },
  ];
}

/** What a word may be the plural of; short words and words in -ss are none. */
export function singulars(key: string): string[] {
  if (key.length < 5 || !key.endsWith('s') || key.endsWith('ss')) return [];
  const cut = [key.slice(0, -1)];
  if (key.endsWith('ies')) cut.push(`${key.slice(0, -3)}y`);
  else if (/(?:ch|sh|[sxz])es$/u.test(key)) cut.push(key.slice(0, -2));
  return cut;
}
