import { dataError } from '../errors.ts';
import type { Example, Label } from './example.ts';
import { normalisedText } from './leak.ts';

/** The most options of a question: one letter each. */
export const MOST_OPTIONS = 26;

/** A, B, C ...: the label ids of a question set, and the letters that options are listed with. */
export const letterOf = (index: number): string => String.fromCharCode(65 + index);

export const lettersUpTo = (count: number): { id: string; words: string[] }[] =>
  Array.from({ length: count }, (_, i) => ({ id: letterOf(i), words: [letterOf(i)] }));

/** Refuses a row whose options cannot be answered, naming its place. */
export function checkOptions({ options = [], label }: Pick<Example, 'options' | 'label'>, where: string): void {
  if (options.length < 2) throw dataError(`${where}: a question needs at least two options.`);
  if (!options.some((_, i) => letterOf(i) === label)) {
    throw dataError(
      `${where}: the label "${label}" is the letter of no option; there are ${options.length}, A to ${letterOf(options.length - 1)}.`,
    );
  }
  const keys = options.map(normalisedText);
  const twice = options.find((_, i) => keys.indexOf(keys[i] as string) !== i);
  if (twice !== undefined) throw dataError(`${where}: the option "${twice}" is given twice.`);
}

/** Refuses a set where some items bring options and others do not, or whose labels are not the letters A, B, C ... */
export function checkQuestionSet(
  { labels, rows }: { labels: readonly Label[]; rows: readonly Pick<Example, 'options'>[] },
  where: string,
): void {
  const asking = rows.filter((row) => row.options !== undefined).length;
  if (asking === 0) return;
  if (asking < rows.length) throw dataError(`${where}: either every row has options or none.`);
  labels.forEach(({ id, words }, i) => {
    if (id === letterOf(i) && words.length === 1 && words[0] === id) return;
    throw dataError(`${where}: the labels of a question set are the letters A, B, C ... in order; "${id}" is not.`);
  });
}
