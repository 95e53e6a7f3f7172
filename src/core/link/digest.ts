import * as v from 'valibot';
import { digestOf } from '../hash.ts';
import type { CellRecord, RunRecord } from '../run/record.ts';
import { LIMITS } from '../run/spec.ts';

const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/u));

/** What a link says of the result it was made from, small enough for a link. */
export const resultDigestSchema = v.strictObject({
  model: v.pipe(v.string(), v.maxLength(300)),
  data: hex,
  /** Right answers and answers, one pair an arm. */
  arms: v.pipe(v.array(v.strictObject({ correct: v.number(), n: v.number() })), v.maxLength(LIMITS.arms)),
  /** SHA-256 of every prediction. */
  predictions: hex,
});

export type ResultDigest = v.InferOutput<typeof resultDigestSchema>;

const predictionsOf = (cells: readonly CellRecord[]) =>
  digestOf(
    cells.map(({ armId, trial, queryId, prediction }) => [
      armId,
      trial,
      queryId,
      prediction.kind === 'label' ? prediction.label : null,
    ]),
  );

const modelName = ({ model }: Pick<RunRecord, 'model'>): string => `${model.engine}/${model.id} ${model.revision}`;

export const resultDigest = (record: RunRecord): ResultDigest => ({
  model: modelName(record),
  data: record.data.digest,
  arms: record.summary.map(({ correct, n }) => ({ correct, n })),
  predictions: predictionsOf(record.cells),
});

/** Whether a run gave what its link promises, and if not, the likeliest reason. */
export function compareResult(digest: ResultDigest, record: RunRecord): { same: boolean; text: string } {
  const own = resultDigest(record);
  if (own.data === digest.data && own.predictions === digest.predictions)
    return { same: true, text: 'Every answer is the same as in the link.' };
  const figures = digest.arms
    .map(({ correct, n }, i) => `${correct}/${n} then, ${own.arms[i]?.correct ?? 0}/${own.arms[i]?.n ?? 0} now`)
    .join('; ');
  const counts = (d: ResultDigest) => d.arms.map((arm) => arm.n).join(' ');
  const reason =
    counts(own) !== counts(digest)
      ? 'another number of questions was asked'
      : own.data !== digest.data
        ? 'the data are not the same'
        : own.model !== digest.model
          ? `the link was made with ${digest.model}, this run with ${own.model}`
          : 'model and data have the same names, so another backend or version computed other numbers';
  return { same: false, text: `Some answers differ from the link: ${reason}. Right answers for each arm: ${figures}.` };
}
