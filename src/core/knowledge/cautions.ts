import * as v from 'valibot';

/**
 * What is known of names that are also other words.
 * - `noun`: no name where the words beside it show a verb; `strict`: a name only after an article, a possessive or an adjective.
 * - `alone`: no name where a content word follows at once ("a second career").
 * - `before`: no name before one of the words ("head office").
 * - `inside`: a name only with a capital inside a sentence, or with one of the words ("Imagine a world" is no song).
 * - `clue`: this entity only where the text has one of the words; `not`: no name where it has one.
 * - `first`: this entity, where nothing else tells it from others of that name.
 */
export const RULES = ['noun', 'strict', 'alone', 'before', 'inside', 'clue', 'not', 'first'] as const;

export type Rule = (typeof RULES)[number];

/** Name in lower case, index of the entity or -1 for all of that name, rule, words. */
export const cautionSchema = v.tuple([v.string(), v.number(), v.picklist(RULES), v.array(v.string())]);

export type CompiledCaution = v.InferOutput<typeof cautionSchema>;

export interface Caution {
  readonly name: string;
  /** Undefined: every entity of that name. */
  readonly entityId: string | undefined;
  readonly rule: Rule;
  readonly words: ReadonlySet<string>;
}

/** By name in lower case. */
export type Cautions = ReadonlyMap<string, readonly Caution[]>;

export function cautionsByName(cautions: Iterable<Caution>): Cautions {
  const byName = new Map<string, Caution[]>();
  for (const caution of cautions) {
    const own = byName.get(caution.name);
    if (own === undefined) byName.set(caution.name, [caution]);
    else own.push(caution);
  }
  return byName;
}
