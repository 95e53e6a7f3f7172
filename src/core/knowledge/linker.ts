import type { Caution, Cautions } from './cautions.ts';
import { EntityContexts } from './context.ts';
import { FUNCTION_WORDS, isPlaceCue } from './grammar.ts';
import { beginsUpper, type Candidate, isUpper, type NameNode, nameIndex, singulars } from './name-index.ts';
import { joined, passes, type Reading, readText, type Stretch, startsSentence } from './reading.ts';
import type { Token } from './tokens.ts';
import type { Entity, Mention } from './types.ts';

/** Titles and kinds stand before names with a capital: "Queen Victoria", "Lake Baikal". */
const TITLES = new Set(['profession', 'class']);
const NONE: readonly Candidate[] = [];
const BEINGS = new Set(['person', 'character']);
const PLACES = new Set(['city', 'country', 'region', 'island', 'continent', 'place', 'landmark', 'building', 'park']);
const WITH_ARTICLE = new Set([
  'river',
  'sea',
  'ocean',
  'desert',
  'museum',
  'event',
  'band',
  'team',
  'organisation',
  'vehicle',
]);
const WITHOUT_ARTICLE = new Set(['person', 'character', 'city', 'company', 'country', 'language', 'film']);

/**
 * Greedy longest match of names and aliases, from left to right, without overlaps.
 *
 * Case: an all-capital alias ("WHO") matches only itself; a capitalised one ("Apple") needs a capital; a lower-case one
 * matches any case, also as a plural, but a lone word not with a capital inside a sentence ("Bill said"), unless it is a
 * title ("Queen Victoria"). In a text without any capital, capitalised names of several words still match.
 * A person named in full is then known by the last name. Names that are also other words follow `cautions`.
 * Of several entities with one name, the one wins whose description, neighbours and clues share most words with the text
 * around; then article and preposition tell ("the Amazon", "in Darwin"), then a capital, then the order.
 */
export class EntityLinker {
  readonly #names: NameNode;
  readonly #contexts: EntityContexts;
  readonly #cautions: Pick<Cautions, 'get'>;

  /** @param neighbours names of the entities in triples with this one, as context for disambiguation. */
  constructor(
    entities: Iterable<Entity>,
    neighbours: (entityId: string) => readonly string[],
    cautions: Pick<Cautions, 'get'> = new Map(),
  ) {
    this.#names = nameIndex(entities);
    this.#contexts = new EntityContexts(neighbours);
    this.#cautions = cautions;
  }

  link(text: string): Mention[] {
    const reading = readText(text);
    const { words } = reading;
    const mentions: Mention[] = [];
    for (let i = 0; i < words.length; ) {
      const found = this.#longestAt(reading, i);
      if (found === undefined) {
        i++;
        continue;
      }
      const { entity, count } = found;
      const [first, last] = [words[i] as Token, words[i + count - 1] as Token];
      mentions.push({ start: first.start, end: last.end, entityId: entity.id });
      if (count > 1 && BEINGS.has(entity.type)) reading.surnames.set(last.key, entity);
      i += count;
    }
    return mentions;
  }

  #longestAt(reading: Reading, from: number): { entity: Entity; count: number } | undefined {
    const { text, words } = reading;
    const first = words[from] as Token;
    const known = reading.surnames.size === 0 ? undefined : reading.surnames.get(first.key);
    const named = known !== undefined && beginsUpper(text.slice(first.start, first.end));
    let node = this.#names.next?.get(first.key);
    const alone = this.#candidates(this.#names, node, first.key);
    if (node === undefined && alone.length === 0 && !named) return undefined;
    /** Entities of each stretch from here, from one word up. */
    const stretches = [alone];
    for (let i = from + 1; node?.next !== undefined && i < words.length; i++) {
      const word = words[i] as Token;
      if (!joined(text, words[i - 1] as Token, word)) break;
      const next: NameNode | undefined = node.next.get(word.key);
      stretches.push(this.#candidates(node, next, word.key));
      node = next;
    }
    for (let count = stretches.length; count >= 1; count--) {
      if (count === 1 && named && !isPlaceCue(words[from - 1]?.key)) return { entity: known, count };
      const candidates = stretches[count - 1] as readonly Candidate[];
      if (candidates.length === 0) continue;
      const surface = text.slice(first.start, (words[from + count - 1] as Token).end);
      const key = words.slice(from, from + count).reduce((all, w) => (all === '' ? w.key : `${all} ${w.key}`), '');
      const capitalInside = beginsUpper(surface) && !startsSentence(text, first.start);
      const stretch = { from, count, key, surface, capitalInside };
      const fitting = candidates.filter((c) => this.#fits(reading, stretch, c));
      const entity = fitting.length < 2 ? fitting[0]?.entity : this.#choose(reading, stretch, fitting);
      if (entity !== undefined) return { entity, count };
    }
    return undefined;
  }

  /** Entities of the name that ends at `node` with this word after `before`, then those of the name in the singular. */
  #candidates(before: NameNode, node: NameNode | undefined, key: string): readonly Candidate[] {
    const exact = node?.candidates ?? NONE;
    let plural = NONE;
    for (const singular of singulars(key)) {
      const found = before.next?.get(singular)?.candidates.filter((c) => c.letters === 'any');
      if (found !== undefined && found.length > 0) plural = [...plural, ...found];
    }
    return plural.length === 0 ? exact : [...exact, ...plural.filter((c) => exact.every((e) => e.entity !== c.entity))];
  }

  #fits(reading: Reading, stretch: Stretch, { entity, alias, letters, small }: Candidate): boolean {
    const { shouted, caseless, words } = reading;
    const { from, count, key, surface, capitalInside } = stretch;
    const cautions = this.#cautionsOf(key).filter((c) => c.entityId === undefined || c.entityId === entity.id);
    if (FUNCTION_WORDS.has(key) && !(capitalInside && !shouted) && !cautions.some((c) => c.rule === 'strict')) {
      return false;
    }
    if (letters === 'upper' && !isUpper(surface)) return false;
    if (letters === 'capital' && !beginsUpper(surface) && !(caseless && count > 1)) return false;
    /** A capital article is part of a name: "The Prince" is a book, "the Prince" is a prince. */
    if (alias.startsWith('The ') && surface.startsWith('the ') && !caseless) return false;
    if (small && count === 1 && capitalInside && !shouted && !TITLES.has(entity.type)) return false;
    const place = words[from - 1]?.key;
    if (count === 1 && BEINGS.has(entity.type) && isPlaceCue(place) && !this.#isPossessive(reading, from)) return false;
    return cautions.every((caution) => passes(caution, letters, stretch, reading));
  }

  #cautionsOf(key: string): readonly Caution[] {
    const own = this.#cautions.get(key);
    if (own !== undefined) return own;
    for (const singular of singulars(key)) {
      const found = this.#cautions.get(singular);
      if (found !== undefined) return found;
    }
    return [];
  }

  #isPossessive({ text, words }: Reading, word: number): boolean {
    return /^['’]/u.test(text.slice((words[word] as Token).end, (words[word] as Token).end + 1));
  }

  #choose(reading: Reading, { from, key, capitalInside }: Stretch, candidates: readonly Candidate[]): Entity {
    const near = reading.near(from);
    const before = reading.words[from - 1]?.key;
    const cautions = this.#cautionsOf(key);
    const place = isPlaceCue(before) && !this.#isPossessive(reading, from);
    let best: { entity: Entity; score: number } | undefined;
    for (const { entity, letters } of candidates) {
      let score = this.#contexts.shared(entity, near);
      for (const { entityId, rule, words } of cautions) {
        if (entityId !== entity.id) continue;
        if (rule === 'clue') score += [...words].some((word) => near.has(word)) ? 2 : 0;
        if (rule === 'first') score += 0.4;
      }
      if (place && PLACES.has(entity.type)) score += 1;
      if (before === 'the' && WITH_ARTICLE.has(entity.type)) score += 1;
      if (before === 'the' && WITHOUT_ARTICLE.has(entity.type)) score -= 1;
      if (capitalInside && letters !== 'any') score += 0.5;
      if (best === undefined || score > best.score) best = { entity, score };
    }
    return (best as { entity: Entity }).entity;
  }
}
