import * as v from 'valibot';
import { dataError } from '../../core/errors.ts';
import { issueText } from '../../core/issues.ts';
import { parseJson } from '../../core/json.ts';

/** How far a second reader, who did not write a set, agrees with its labels on a blind sample. */
const reviewSchema = v.object({
  sample: v.number(),
  agreed: v.number(),
  kappa: v.number(),
  disputed: v.array(v.string()),
});

export type Review = v.InferOutput<typeof reviewSchema>;

export interface Reviews {
  readonly how: string;
  readonly sets: ReadonlyMap<string, Review>;
}

export function parseReviews(text: string, where: string): Reviews {
  const parsed = v.safeParse(v.objectWithRest({ how: v.string() }, reviewSchema), parseJson(text, where));
  if (!parsed.success) throw dataError(`${where} cannot be read: ${issueText(parsed.issues)}`);
  const { how, ...sets } = parsed.output;
  return { how, sets: new Map(Object.entries(sets)) };
}
