import type { Caution } from './cautions.ts';
import { type Nearby, wordsNear } from './context.ts';
import { FUNCTION_WORDS, isSurelyNoun, readsAsNoun } from './grammar.ts';
import { type Candidate, isUpper } from './name-index.ts';
import { type Token, tokens } from './tokens.ts';
import type { Entity } from './types.ts';

/** A text being linked. */
export interface Reading {
  readonly text: string;
  readonly words: readonly Token[];
  /** No capital at all: names need none. */
  readonly caseless: boolean;
  /** No small letter at all: capitals tell nothing. */
  readonly shouted: boolean;
  /** Last words of persons that were named in full. */
  readonly surnames: Map<string, Entity>;
  readonly near: (word: number) => Nearby;
}

/** A stretch of words that may be a name. */
export interface Stretch {
  readonly from: number;
  readonly count: number;
  readonly key: string;
  readonly surface: string;
  /** A capital that no beginning of a sentence explains. */
  readonly capitalInside: boolean;
}

export function readText(text: string): Reading {
  const words = tokens(text);
  return {
    text,
    words,
    caseless: !/\p{Lu}/u.test(text),
    shouted: isUpper(text),
    surnames: new Map(),
    near: wordsNear(words),
  };
}

/**
 * Words of one name stand close together: "Coca-Cola", "New York"; a comma or a new line parts them. A full stop parts
 * them too, unless it ends an initial or a short form: "J. S. Bach", "St. Petersburg".
 */
export function joined(text: string, left: Token, right: Token): boolean {
  const gap = text.slice(left.end, right.start);
  if (gap === ' ' || gap === '-') return true;
  if (!/^[ \t\u00a0\-.'’&/:]{0,3}$/u.test(gap)) return false;
  return !/\.\s/u.test(gap) || left.end - left.start <= 2;
}

export function startsSentence(text: string, at: number): boolean {
  let i = at - 1;
  while (i >= 0 && /\s/u.test(text.charAt(i))) i--;
  return i < 0 || '.!?:"“('.includes(text.charAt(i));
}

/** The words right before and after a stretch, where nothing but a space, hyphen or apostrophe parts them from it. */
function beside({ text, words }: Reading, { from, count }: Stretch): { before?: string; after?: string } {
  const key = (left: Token | undefined, right: Token | undefined, wanted: Token | undefined) =>
    left !== undefined && right !== undefined && /^[ '’-]?$/u.test(text.slice(left.end, right.start))
      ? wanted?.key
      : undefined;
  const before = key(words[from - 1], words[from], words[from - 1]);
  const after = key(words[from + count - 1], words[from + count], words[from + count]);
  return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

/** Whether a caution lets a name stand. Rules about nouns are for names that a small letter may begin. */
export function passes(
  { rule, words }: Caution,
  letters: Candidate['letters'],
  stretch: Stretch,
  reading: Reading,
): boolean {
  const { before, after } = beside(reading, stretch);
  const near = () => {
    const around = reading.near(stretch.from);
    return [...words].some((word) => around.has(word));
  };
  switch (rule) {
    case 'noun':
      return letters !== 'any' || readsAsNoun(before, after);
    case 'strict':
      return letters !== 'any' || isSurelyNoun(before);
    case 'alone':
      return letters !== 'any' || after === undefined || FUNCTION_WORDS.has(after);
    case 'before':
      return after === undefined || !words.has(after);
    case 'inside':
      return stretch.capitalInside || near();
    case 'clue':
      return near();
    case 'not':
      return !near();
    case 'first':
      return true;
    default:
      return rule satisfies never;
  }
}
