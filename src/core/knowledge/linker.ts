import type { Entity, Mention } from './types.ts';

/** Names of up to this many words are looked up. */
const LONGEST = 7;

interface Word {
  readonly key: string;
  readonly start: number;
  readonly end: number;
}

interface Candidate {
  readonly entity: Entity;
  readonly alias: string;
}

/** Function words: no context for a name, and a name themselves only where a capital inside a sentence says so. */
const FUNCTION_WORDS = new Set(
  `a about above after again against all almost along already also although always am among an and another any are as at
  away back be because been before being below between both but by can could did do does doing done down during each
  either else enough even ever every few for from further get gets go goes got had has have having he her here hers him
  his how i if in instead into is it its itself just last least less let like many may me might mine more most much must
  my near neither never next no none nor not nothing now of off often on once one only onto or other our ours out over
  own per perhaps quite rather really s same say says see seen shall she should since so some soon still such t than that
  the their theirs them then there these they this those though through thus till to together too toward under until up
  upon us very via was way we well were what whatever when where whether which while who whom whose why will with within
  without would yes yet you your yours`.split(/\s+/u),
);

const wordsOf = (text: string): Word[] =>
  [...text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)].map((m) => ({
    key: m[0].normalize('NFC').toLowerCase(),
    start: m.index,
    end: m.index + m[0].length,
  }));

/**
 * Words of one name stand close together: "Coca-Cola", "New York"; a comma or a new line parts them. A full stop parts
 * them too, unless it ends an initial or a short form: "J. S. Bach", "St. Petersburg".
 */
function joined(text: string, left: Word, right: Word): boolean {
  const gap = text.slice(left.end, right.start);
  if (!/^[ \t\u00a0\-.'’&/:]{0,3}$/u.test(gap)) return false;
  return !/\.\s/u.test(gap) || left.end - left.start <= 2;
}

const isUpper = (text: string): boolean => /\p{Lu}/u.test(text) && !/\p{Ll}/u.test(text);
const beginsUpper = (text: string): boolean => /^[^\p{L}]*\p{Lu}/u.test(text);

/**
 * Greedy longest match of names and aliases, from left to right, without overlaps.
 *
 * Case: an all-capital alias ("WHO") matches only itself; a capitalised one ("Apple") needs a capital; a lower-case one
 * matches any case, also with a plural s. In a text without any capital, capitalised names of several words still match.
 * Of several entities with one name, the one whose description and neighbours share most words with the text is taken;
 * ties go to the capitalised alias where the mention is capitalised inside a sentence, then to the earlier entity.
 */
export class EntityLinker {
  readonly #byKey = new Map<string, Candidate[]>();
  readonly #context: (entityId: string) => ReadonlySet<string>;

  /** @param neighbours names of the entities in triples with this one, as context for disambiguation. */
  constructor(entities: Iterable<Entity>, neighbours: (entityId: string) => readonly string[]) {
    const contexts = new Map<string, ReadonlySet<string>>();
    const byId = new Map<string, Entity>();
    for (const entity of entities) {
      byId.set(entity.id, entity);
      for (const alias of new Set([entity.name, ...entity.aliases])) this.#add(alias, entity);
    }
    this.#context = (id) => {
      const known = contexts.get(id);
      if (known !== undefined) return known;
      const entity = byId.get(id);
      const texts = [entity?.description ?? '', ...neighbours(id)];
      const own = new Set(wordsOf([entity?.name ?? '', ...(entity?.aliases ?? [])].join(' ')).map((w) => w.key));
      const words = new Set(
        wordsOf(texts.join(' '))
          .map((w) => w.key)
          .filter((w) => !FUNCTION_WORDS.has(w) && !own.has(w)),
      );
      contexts.set(id, words);
      return words;
    };
  }

  #add(alias: string, entity: Entity): void {
    const key = wordsOf(alias)
      .map((w) => w.key)
      .join(' ');
    if (key === '') return;
    const list = this.#byKey.get(key);
    if (list === undefined) this.#byKey.set(key, [{ entity, alias }]);
    else if (!list.some((c) => c.entity.id === entity.id && c.alias === alias)) list.push({ entity, alias });
  }

  link(text: string): Mention[] {
    const words = wordsOf(text);
    const caseless = !/\p{Lu}/u.test(text);
    const textWords = new Set(words.map((w) => w.key));
    const mentions: Mention[] = [];
    for (let i = 0; i < words.length; ) {
      const found = this.#longestAt(text, words, i, caseless, textWords);
      if (found === undefined) i++;
      else {
        mentions.push(found.mention);
        i += found.length;
      }
    }
    return mentions;
  }

  #longestAt(text: string, words: readonly Word[], i: number, caseless: boolean, textWords: ReadonlySet<string>) {
    const first = words[i] as Word;
    const keys = [first.key];
    let reach = 1;
    while (
      reach < LONGEST &&
      i + reach < words.length &&
      joined(text, words[i + reach - 1] as Word, words[i + reach] as Word)
    ) {
      keys.push((words[i + reach] as Word).key);
      reach++;
    }
    for (let length = reach; length >= 1; length--) {
      const key = keys.slice(0, length).join(' ');
      const end = (words[i + length - 1] as Word).end;
      const surface = text.slice(first.start, end);
      const capitalInside = beginsUpper(surface) && !startsSentence(text, first.start);
      if (FUNCTION_WORDS.has(key) && !capitalInside) continue;
      const matching = this.#candidates(key, surface, caseless, length);
      if (matching.length === 0) continue;
      const entity = this.#choose(matching, textWords, capitalInside);
      return { mention: { start: first.start, end, entityId: entity.id }, length };
    }
    return undefined;
  }

  #candidates(key: string, surface: string, caseless: boolean, length: number): Candidate[] {
    const fits = ({ alias }: Candidate): boolean => {
      if (isUpper(alias) && alias.length > 1) return isUpper(surface);
      if (!beginsUpper(alias)) return true;
      return beginsUpper(surface) || (caseless && length > 1);
    };
    const exact = (this.#byKey.get(key) ?? []).filter(fits);
    if (exact.length > 0 || key.length < 5 || !key.endsWith('s') || key.endsWith('ss')) return exact;
    return (this.#byKey.get(key.slice(0, -1)) ?? []).filter((c) => !beginsUpper(c.alias));
  }

  #choose(candidates: readonly Candidate[], textWords: ReadonlySet<string>, capitalInside: boolean): Entity {
    let best: { entity: Entity; score: number } | undefined;
    for (const { entity, alias } of candidates) {
      let shared = 0;
      for (const word of this.#context(entity.id)) if (textWords.has(word)) shared++;
      const score = shared + (capitalInside && beginsUpper(alias) ? 0.5 : 0);
      if (best === undefined || score > best.score) best = { entity, score };
    }
    return (best as { entity: Entity }).entity;
  }
}

const startsSentence = (text: string, at: number): boolean => /(?:^|[.!?:"“(]\s*)$/u.test(text.slice(0, at));
