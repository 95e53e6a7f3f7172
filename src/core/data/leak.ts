import { type Example, fullText, rightOption } from './example.ts';

const OTHER = /[^\p{L}\p{N}]+/gu;
/** The same of ASCII, several times as fast. */
const OTHER_ASCII = /[^a-z0-9]+/g;
const IS_ASCII = /^[\0-\x7f]*$/;

/** Case, form of accents, punctuation and spacing do not make two texts different, unless there is nothing else. */
export function normalisedText(text: string): string {
  const ascii = IS_ASCII.test(text);
  const lower = (ascii ? text : text.normalize('NFKC')).toLowerCase();
  const words = lower.replace(ascii ? OTHER_ASCII : OTHER, ' ').trim();
  return words === '' ? lower.trim() : words;
}

export interface GuardedPool {
  readonly pool: readonly Example[];
  /** Pool items left out because their text is a query's. */
  readonly leaked: readonly Example[];
  /** Pool items left out because an earlier one has the same text. */
  readonly repeated: readonly Example[];
}

/** A question is what it asks with an answer; so the same words with other answers are another question. */
const keyOf = (example: Example, answer: string): string => `${normalisedText(fullText(example))}\n${answer}`;

const ownAnswer = (example: Example): string => normalisedText(rightOption(example) ?? '');

/** Takes queries and repeats out of the pool: a query never sees its own answer among its demonstrations. */
export function guardPool(pool: readonly Example[], queries: readonly Example[]): GuardedPool {
  const asked = new Set(
    queries.flatMap((q) => (q.options === undefined ? [''] : q.options.map(normalisedText)).map((a) => keyOf(q, a))),
  );
  const seen = new Set<string>();
  const kept: Example[] = [];
  const leaked: Example[] = [];
  const repeated: Example[] = [];
  for (const example of pool) {
    const key = keyOf(example, ownAnswer(example));
    if (asked.has(key)) leaked.push(example);
    else if (seen.has(key)) repeated.push(example);
    else kept.push(example);
    seen.add(key);
  }
  return { pool: kept, leaked, repeated };
}
