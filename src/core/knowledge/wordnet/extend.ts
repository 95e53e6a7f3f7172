import { digestOf } from '../../hash.ts';
import type { Cautions } from '../cautions.ts';
import { EntityLinker } from '../linker.ts';
import { remember } from '../remember.ts';
import type { Entity, Knowledge, Mention, Relation, Triple } from '../types.ts';
import type { Nouns } from './format.ts';

const INSTANCE: Relation = {
  id: 'instance-of',
  statement: '{h} is an instance of {t}',
  question: 'What is {h} an instance of?',
  functional: false,
};
const KIND: Relation = {
  id: 'kind-of',
  statement: '{h} is a kind of {t}',
  question: 'What kind of thing is {h}?',
  functional: false,
};

/** Nouns are linked only where they stand as nouns. */
const asNouns: Pick<Cautions, 'get'> = {
  get: () => [{ name: '', entityId: undefined, rule: 'noun', words: new Set() }],
};

/** A sense of WordNet and a base entity of the same name are one. */
class Senses {
  readonly titles: readonly string[];
  readonly #base: ReadonlyMap<string, string>;
  readonly #nouns: Nouns;

  constructor(nouns: Nouns, base: Knowledge) {
    this.#nouns = nouns;
    const titles: string[] = [];
    for (const { text, sense, title } of nouns.forms) if (title) titles[sense] = text;
    this.titles = titles;
    const byName = new Map<string, string>();
    for (const { id, name } of base.entities.values()) if (!byName.has(name)) byName.set(name, id);
    this.#base = byName;
  }

  isOfBase(sense: number): boolean {
    return this.#base.has(this.titles[sense] as string);
  }

  id(sense: number): string {
    const title = this.titles[sense] as string;
    return this.#base.get(title) ?? `wordnet:${title.replaceAll(' ', '_')}`;
  }

  parent(sense: number): number {
    return this.#nouns.senses[sense]?.parent ?? -1;
  }

  /** The nearest kind that the base knows. */
  knownKind(sense: number): string | undefined {
    for (let up = this.parent(sense); up >= 0; up = this.parent(up)) if (this.isOfBase(up)) return this.id(up);
    return undefined;
  }
}

/**
 * The base with the nouns of WordNet around it. Base entities go first wherever they are named; WordNet fills the gaps.
 * A sense is joined to its kind by `kind-of` or `instance-of`, and has the vector of the nearest kind of the base.
 * @param source SHA-256 of the nouns, for the digest.
 */
export function withWordNet(base: Knowledge, nouns: Nouns, source: string): Knowledge {
  const senses = new Senses(nouns, base);
  const aliases = new Map<number, string[]>();
  for (const { text, sense, title } of nouns.forms) {
    if (!title) aliases.set(sense, [...(aliases.get(sense) ?? []), text]);
  }
  const own: Entity[] = [];
  const triples: Triple[] = [];
  const senseOf = new Map<string, number>();
  nouns.senses.forEach(({ parent, instance, type }, sense) => {
    if (senses.isOfBase(sense)) return;
    const id = senses.id(sense);
    senseOf.set(id, sense);
    const kind = parent < 0 ? 'thing' : (senses.titles[parent] as string);
    own.push({
      id,
      name: senses.titles[sense] as string,
      aliases: aliases.get(sense) ?? [],
      type: nouns.types[type] as string,
      description: `${instance ? 'an instance' : 'a kind'} of ${kind}`,
    });
    if (parent >= 0) triples.push({ head: id, relation: (instance ? INSTANCE : KIND).id, tail: senses.id(parent) });
  });
  const linker = new EntityLinker(own, () => [], asNouns);
  return {
    digest: digestOf({ base: base.digest, wordnet: source }),
    entities: new Map([...base.entities, ...own.map((entity): [string, Entity] => [entity.id, entity])]),
    relations: new Map([[KIND.id, KIND], ...base.relations, [INSTANCE.id, INSTANCE]]),
    triples: [...base.triples, ...triples],
    link: remember((text) => filled(base.link(text), linker.link(text))),
    vector(id) {
      const sense = senseOf.get(id);
      const kind = sense === undefined ? id : senses.knownKind(sense);
      return kind === undefined ? undefined : base.vector(kind);
    },
  };
}

/** Mentions of `first`, and those of `second` that touch none of them, in the order of the text. */
function filled(first: readonly Mention[], second: readonly Mention[]): Mention[] {
  const free = second.filter(({ start, end }) => first.every((m) => end <= m.start || start >= m.end));
  return [...first, ...free].sort((a, b) => a.start - b.start);
}
