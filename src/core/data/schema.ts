import * as v from 'valibot';
import { MOST_OPTIONS } from './options.ts';

/** The longest text of a template. */
const LONGEST = 4000;

const text = v.pipe(v.string(), v.maxLength(LONGEST, `texts of a template have at most ${LONGEST} characters`));

/** A line break in a name or a word would begin a new line of the prompt. */
const oneLine = v.pipe(text, v.regex(/^[^\n\r]*$/u, 'names and label words must be one line'), v.trim());

export const templateSchema = v.strictObject({
  instruction: text,
  inputNames: v.pipe(v.array(oneLine), v.minLength(1), v.maxLength(2)),
  labelName: v.pipe(oneLine, v.nonEmpty('the label name must not be empty')),
  options: v.exactOptional(v.picklist(['cloze', 'letters'])),
});

/** The options of a question; a row that has none leaves them out. */
export const optionsSchema = v.exactOptional(
  v.pipe(
    v.array(v.pipe(oneLine, v.nonEmpty('an option must not be empty'))),
    v.maxLength(MOST_OPTIONS, `a question has at most ${MOST_OPTIONS} options`),
  ),
);

/** More labels than this are no task for a prompt. */
export const MOST_LABELS = 200;

const labelSchema = v.strictObject({
  id: v.pipe(v.string(), v.nonEmpty('a label needs an id')),
  words: v.pipe(v.array(v.pipe(oneLine, v.nonEmpty('a label word must not be empty'))), v.minLength(1)),
});

export const labelsSchema = v.pipe(
  v.array(labelSchema),
  v.minLength(2, 'a task needs at least two labels'),
  v.maxLength(MOST_LABELS, `a task has at most ${MOST_LABELS} labels`),
  v.check(
    (labels) => new Set(labels.map((label) => label.id)).size === labels.length,
    'each label needs an id of its own',
  ),
);
