import type { Caution, Cautions } from './cautions.ts';
import { EntityContexts, wordsNear } from './context.ts';
import { FUNCTION_WORDS, isDeterminer, isPlaceCue, isSurelyNoun, readsAsNoun } from './grammar.ts';
import { beginsUpper, type Candidate, isUpper, NameIndex, singulars } from './name-index.ts';
import { type Token, tokens } from './tokens.ts';
import type { Entity, Mention } from './types.ts';

/** A text being linked. */
interface Reading {
  readonly text: string;
  readonly words: readonly Token[];
  /** No capital at all: names need none. */
  readonly caseless: boolean;
  /** No small letter at all: capitals tell nothing. */
  readonly shouted: boolean;
  /** Last words of persons that were named in full. */
  readonly surnames: Map<string, Entity>;
  readonly near: (word: number) => ReadonlySet<string>;
}

/** A stretch of words that may be a name. */
interface Stretch {
  readonly from: number;
  readonly count: number;
  readonly key: string;
  readonly surface: string;
  /** A capital that no beginning of a sentence explains. */
  readonly capitalInside: boolean;
}

/** Titles and kinds stand before names with a capital: "Queen Victoria", "Lake Baikal". */
const TITLES = new Set(['profession', 'class']);
const BEINGS = new Set(['person', 'character']);
const PLACES = new Set(['city', 'country', 'region', 'island', 'continent', 'place', 'landmark', 'building', 'park']);
const WITH_ARTICLE = new Set(['river', 'sea', 'ocean', 'desert', 'museum', 'event', 'band', 'team', 'organisation']);
const WITHOUT_ARTICLE = new Set(['person', 'character', 'city', 'company', 'country', 'language']);

/**
 * Words of one name stand close together: "Coca-Cola", "New York"; a comma or a new line parts them. A full stop parts
 * them too, unless it ends an initial or a short form: "J. S. Bach", "St. Petersburg".
 */
function joined(text: string, left: Token, right: Token): boolean {
  const gap = text.slice(left.end, right.start);
  if (gap === ' ' || gap === '-') return true;
  if (!/^[ \t\u00a0\-.'’&/:]{0,3}$/u.test(gap)) return false;
  return !/\.\s/u.test(gap) || left.end - left.start <= 2;
}

function startsSentence(text: string, at: number): boolean {
  let i = at - 1;
  while (i >= 0 && /\s/u.test(text.charAt(i))) i--;
  return i < 0 || '.!?:"“('.includes(text.charAt(i));
}

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
  readonly #names: NameIndex;
  readonly #contexts: EntityContexts;
  readonly #cautions: Cautions;

  /** @param neighbours names of the entities in triples with this one, as context for disambiguation. */
  constructor(
    entities: Iterable<Entity>,
    neighbours: (entityId: string) => readonly string[],
    cautions: Cautions = new Map(),
  ) {
    this.#names = new NameIndex(entities);
    this.#contexts = new EntityContexts(neighbours);
    this.#cautions = cautions;
  }

  link(text: string): Mention[] {
    const words = tokens(text);
    const reading: Reading = {
      text,
      words,
      caseless: !/\p{Lu}/u.test(text),
      shouted: isUpper(text),
      surnames: new Map(),
      near: wordsNear(words),
    };
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
    /** Nodes before the last word of each stretch, from one word up. */
    const before: number[] = [];
    let node: number | undefined = 0;
    for (let i = from; node !== undefined && i < words.length; i++) {
      if (i > from && !joined(text, words[i - 1] as Token, words[i] as Token)) break;
      before.push(node);
      node = this.#names.step(node, (words[i] as Token).key);
    }
    for (let count = before.length; count >= 1; count--) {
      const last = words[from + count - 1] as Token;
      const candidates = this.#candidates(before[count - 1] as number, last.key);
      if (candidates.length === 0) continue;
      const surface = text.slice(first.start, last.end);
      const key = words.slice(from, from + count).reduce((all, w) => (all === '' ? w.key : `${all} ${w.key}`), '');
      const capitalInside = beginsUpper(surface) && !startsSentence(text, first.start);
      const stretch = { from, count, key, surface, capitalInside };
      const fitting = candidates.filter((c) => this.#fits(reading, stretch, c));
      const entity = fitting.length < 2 ? fitting[0]?.entity : this.#choose(reading, stretch, fitting);
      if (entity !== undefined) return { entity, count };
    }
    const known = reading.surnames.get(first.key);
    return known !== undefined && beginsUpper(text.slice(first.start, first.end))
      ? { entity: known, count: 1 }
      : undefined;
  }

  /** Entities of the name that ends with this word; where there is none, of the name in the singular. */
  #candidates(node: number, key: string): readonly Candidate[] {
    const exact = this.#names.at(this.#names.step(node, key));
    if (exact !== undefined) return exact;
    for (const singular of singulars(key)) {
      const found = this.#names.at(this.#names.step(node, singular))?.filter((c) => c.letters === 'any');
      if (found !== undefined && found.length > 0) return found;
    }
    return [];
  }

  #fits(reading: Reading, stretch: Stretch, { entity, letters }: Candidate): boolean {
    const { shouted, caseless, words } = reading;
    const { from, count, key, surface, capitalInside } = stretch;
    const cautions = this.#cautionsOf(key).filter((c) => c.entityId === undefined || c.entityId === entity.id);
    if (FUNCTION_WORDS.has(key) && !(capitalInside && !shouted) && !cautions.some((c) => c.rule === 'strict')) {
      return false;
    }
    if (letters === 'upper' && !isUpper(surface)) return false;
    if (letters === 'capital' && !beginsUpper(surface) && !(caseless && count > 1)) return false;
    if (letters === 'any' && count === 1 && capitalInside && !shouted && !TITLES.has(entity.type)) return false;
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
    let best: { entity: Entity; score: number } | undefined;
    for (const { entity, letters } of candidates) {
      let score = this.#contexts.shared(entity, near);
      for (const { entityId, rule, words } of cautions) {
        if (entityId !== entity.id) continue;
        if (rule === 'clue') score += [...words].some((word) => near.has(word)) ? 2 : 0;
        if (rule === 'first') score += 0.4;
      }
      if (reading.surnames.get(key) === entity) score += 3;
      if (isPlaceCue(before) && PLACES.has(entity.type)) score += 1;
      if (before === 'the' && WITH_ARTICLE.has(entity.type)) score += 1;
      if (before === 'the' && WITHOUT_ARTICLE.has(entity.type)) score -= 1;
      if (capitalInside && letters !== 'any') score += 0.5;
      if (best === undefined || score > best.score) best = { entity, score };
    }
    return (best as { entity: Entity }).entity;
  }
}

/** Whether a caution lets a name stand. Rules about nouns are for names that a small letter may begin. */
function passes(
  { rule, words }: Caution,
  letters: Candidate['letters'],
  { from, count }: Stretch,
  reading: Reading,
): boolean {
  const before = reading.words[from - 1];
  const after = reading.words[from + count];
  const beside = (next: Token | undefined, end: Token | undefined) =>
    next !== undefined && end !== undefined && /^[ '’-]?$/u.test(reading.text.slice(end.end, next.start))
      ? next.key
      : undefined;
  const first = reading.words[from];
  const last = reading.words[from + count - 1];
  const [wordBefore, wordAfter] = [beside(first, before) === undefined ? undefined : before?.key, beside(after, last)];
  switch (rule) {
    case 'noun':
      return letters !== 'any' || readsAsNoun(wordBefore, wordAfter);
    case 'strict':
      return letters !== 'any' || isSurelyNoun(wordBefore);
    case 'alone':
      return letters !== 'any' || wordAfter === undefined || FUNCTION_WORDS.has(wordAfter) || isDeterminer(wordAfter);
    case 'before':
      return wordAfter === undefined || !words.has(wordAfter);
    case 'clue':
      return [...words].some((word) => reading.near(from).has(word));
    case 'not':
      return ![...words].some((word) => reading.near(from).has(word));
    case 'first':
      return true;
    default:
      return rule satisfies never;
  }
}
