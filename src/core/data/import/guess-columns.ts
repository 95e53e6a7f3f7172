import type { ColumnMap } from '../columns.ts';
import { letterOf } from '../options.ts';
import { MOST_LABELS } from '../schema.ts';
import type { ColumnFacts } from './facts.ts';
import { guessOptions } from './guess-options.ts';

const TEXT =
  /^(?:text|sentence1?|premise|question|review|content|body|title|headline|input|utterance|tweet|document|query|passage)$/iu;
const SECOND = /^(?:text2|sentence2|hypothesis|answer|response|context|description)$/iu;
const LABEL =
  /^(?:label|labels|class|category|target|gold|sentiment|intent|emotion|topic|answer|answerkey|key|correct|right|y|stars|rating)$/iu;

const leaf = (column: string): string => column.split('.').at(-1) ?? column;

/** How much a column looks like labels: few values for its rows, short, and named so. */
function labelScore({ column, values, empty, length }: ColumnFacts, total: number): number {
  if (values === null || values.size < 2 || values.size > MOST_LABELS) return -1;
  const repeats = 1 - values.size / Math.max(1, total - empty);
  return repeats + (LABEL.test(leaf(column)) ? 2 : 0) - Math.min(1, length / 40);
}

const textScore = ({ column, length }: ColumnFacts): number => length / 10 + (TEXT.test(leaf(column)) ? 100 : 0);

/** A first guess at which column is what; `null` where no column can be the label. */
export function guessColumns(facts: readonly ColumnFacts[], total: number): ColumnMap | null {
  const options = guessOptions(facts.map(({ column }) => column));
  const rest = guessTexts(
    facts.filter(({ column }) => !options.includes(column)),
    total,
  );
  const values = facts.find(({ column }) => column === rest?.label)?.values;
  if (options.length > 0 && rest !== null && values && [...values.keys()].every(isPlace(options.length))) {
    return { ...rest, options };
  }
  return guessTexts(facts, total);
}

/** Whether a label can be the letter or the number of an option. */
const isPlace = (count: number) => (label: string) =>
  Array.from({ length: count }, (_, i) => i).some((i) => label === String(i) || label.toUpperCase() === letterOf(i));

function guessTexts(facts: readonly ColumnFacts[], total: number): ColumnMap | null {
  const label = [...facts].sort((a, b) => labelScore(b, total) - labelScore(a, total))[0];
  if (label === undefined || labelScore(label, total) < 0) return null;
  const others = facts.filter((f) => f !== label && f.length > 0);
  const text = [...others].sort((a, b) => textScore(b) - textScore(a))[0];
  if (text === undefined) return null;
  const second = others.find((f) => f !== text && SECOND.test(leaf(f.column)) && f.length > 3);
  return { text: text.column, label: label.column, ...(second === undefined ? {} : { text2: second.column }) };
}
