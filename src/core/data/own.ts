import * as v from 'valibot';
import { dataError } from '../errors.ts';
import { datasetDigest } from './card.ts';
import type { Dataset, Example } from './example.ts';
import { checkOptions, checkQuestionSet } from './options.ts';
import { labelsSchema, optionsSchema, templateSchema } from './schema.ts';

/** The most rows that own data may bring inside a link. */
export const LINK_ROWS = 400;

const rowSchema = v.strictObject({
  text: v.pipe(v.string(), v.nonEmpty('a text must not be empty'), v.maxLength(20_000)),
  text2: v.optional(v.pipe(v.string(), v.maxLength(20_000))),
  options: optionsSchema,
  label: v.pipe(v.string(), v.nonEmpty()),
});

const mentionSchema = v.pipe(
  v.strictObject({
    start: v.pipe(v.number(), v.integer(), v.minValue(0)),
    end: v.pipe(v.number(), v.integer()),
    entityId: v.pipe(v.string(), v.maxLength(200)),
  }),
  v.check(({ start, end }) => start < end, 'a link must have a beginning before its end'),
);

/** Entity links of a text, put right by hand; apart from one another and inside the text. */
const linksSchema = v.pipe(
  v.strictObject({ text: v.pipe(v.string(), v.maxLength(40_001)), mentions: v.array(mentionSchema) }),
  v.check(({ text, mentions }) => {
    const sorted = [...mentions].sort((a, b) => a.start - b.start);
    return sorted.every(({ start, end }, i) => end <= text.length && start >= (sorted[i - 1]?.end ?? 0));
  }, 'links of a text must lie inside it and apart from one another'),
);

/** Own data as a link or a spec file carries it. */
export const ownDataSchema = v.strictObject({
  title: v.pipe(v.string(), v.maxLength(120)),
  labels: labelsSchema,
  template: templateSchema,
  pool: v.array(rowSchema),
  eval: v.pipe(v.array(rowSchema), v.minLength(1, 'own data needs at least one row to evaluate')),
  /** Links names of WordNet too, where the knowledge base knows few of the texts. */
  wordnet: v.exactOptional(v.literal(true)),
  links: v.exactOptional(v.array(linksSchema)),
});

export type OwnData = v.InferOutput<typeof ownDataSchema>;

/** Id of data that is no bundled set. */
export const OWN = 'own';

/** Own rows as a data set: ids are p1, p2 ... and e1, e2 ... in the order of the rows. */
export function ownDataset(own: OwnData): Dataset {
  const dataset = checkedOwn(own);
  return { ...dataset, digest: datasetDigest(dataset) };
}

/** The same without the digest, which takes longest of all. */
export function checkedOwn(own: OwnData): Omit<Dataset, 'digest'> {
  const known = new Set(own.labels.map((label) => label.id));
  const rows = (list: OwnData['pool'], prefix: string): Example[] =>
    list.map(({ text, text2, options, label }, i) => {
      const where = `Row ${i + 1} of the ${prefix === 'p' ? 'pool' : 'evaluation set'}`;
      if (!known.has(label)) {
        throw dataError(
          `${where} has the label "${label}", which is not one of ${[...known].join(', ')}. Add it to the labels or correct the row.`,
        );
      }
      if (options !== undefined) checkOptions({ options, label }, where);
      return {
        id: `${prefix}${i + 1}`,
        text,
        ...(text2 === undefined ? {} : { text2 }),
        ...(options === undefined ? {} : { options }),
        label,
      };
    });
  const dataset = {
    id: OWN,
    title: own.title,
    labels: own.labels,
    template: own.template,
    demoPool: rows(own.pool, 'p'),
    evalSet: rows(own.eval, 'e'),
  };
  checkQuestionSet({ labels: own.labels, rows: [...dataset.demoPool, ...dataset.evalSet] }, own.title);
  return dataset;
}
