import * as v from 'valibot';
import { dataError } from '../errors.ts';
import { digestOf } from '../hash.ts';
import { issueText } from '../issues.ts';
import { parseJson } from '../json.ts';
import type { Dataset, Example } from './example.ts';
import { checkOptions, checkQuestionSet } from './options.ts';
import { labelsSchema, optionsSchema, templateSchema } from './schema.ts';

const cardSchema = v.object({
  id: v.string(),
  title: v.string(),
  task: v.picklist(['single', 'pair', 'options']),
  summary: v.string(),
  labels: labelsSchema,
  template: templateSchema,
  language: v.string(),
  licence: v.string(),
  provenance: v.string(),
});

const rowSchema = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  text: v.pipe(v.string(), v.nonEmpty()),
  text2: v.optional(v.string()),
  options: optionsSchema,
  label: v.string(),
  difficulty: v.optional(v.picklist(['easy', 'medium', 'hard'])),
});

export type Card = v.InferOutput<typeof cardSchema>;

export function parseCard(text: string, where: string): Card {
  const result = v.safeParse(cardSchema, parseJson(text, where));
  if (!result.success) throw dataError(`${where} is not a data set card: ${issueText(result.issues)}`);
  return result.output;
}

function parseRows(text: string, where: string, labels: ReadonlySet<string>): Example[] {
  const seen = new Set<string>();
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    const at = `${where}, line ${i + 1}`;
    const result = v.safeParse(rowSchema, parseJson(line, at));
    if (!result.success) throw dataError(`${at}: ${issueText(result.issues)}`);
    const { text2, difficulty, ...row } = result.output;
    if (!labels.has(row.label)) {
      throw dataError(`${at}: the label "${row.label}" is not one of ${[...labels].join(', ')}.`);
    }
    if (row.options !== undefined) checkOptions(row, at);
    if (seen.has(row.id)) throw dataError(`${at}: the id "${row.id}" is used twice.`);
    seen.add(row.id);
    return [{ ...row, ...(text2 === undefined ? {} : { text2 }), ...(difficulty === undefined ? {} : { difficulty }) }];
  });
}

/** What makes two data sets the same data: everything that can change a number. */
export function datasetDigest(dataset: Omit<Dataset, 'digest'>): string {
  const { id, labels, template, demoPool, evalSet } = dataset;
  const rows = (examples: readonly Example[]) =>
    examples.map((e) => [e.id, e.text, e.text2 ?? null, e.label, ...(e.options === undefined ? [] : [e.options])]);
  return digestOf({ id, labels, template, pool: rows(demoPool), eval: rows(evalSet) });
}

/** A data set from the three files of its folder, checked; `where` is the folder's path for messages. */
export function parseDataset(files: { card: string; pool: string; eval: string }, where: string): Dataset {
  const card = parseCard(files.card, `${where}/card.json`);
  const labels = new Set(card.labels.map((label) => label.id));
  const dataset = {
    id: card.id,
    title: card.title,
    labels: card.labels,
    template: card.template,
    demoPool: parseRows(files.pool, `${where}/pool.jsonl`, labels),
    evalSet: parseRows(files.eval, `${where}/eval.jsonl`, labels),
  };
  const rows = [...dataset.demoPool, ...dataset.evalSet];
  if ((card.task === 'options') !== rows.some((row) => row.options !== undefined)) {
    throw dataError(`${where}: a set whose rows have options has the task "options" on its card, and no other has.`);
  }
  checkQuestionSet({ labels: dataset.labels, rows }, where);
  return { ...dataset, digest: datasetDigest(dataset) };
}
