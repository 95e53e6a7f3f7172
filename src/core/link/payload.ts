import * as v from 'valibot';
import { OWN, ownDataSchema } from '../data/own.ts';
import { runSpecSchema } from '../run/spec.ts';
import { resultDigestSchema } from './digest.ts';
import { embedderApart } from './older-id.ts';

/**
 * What a link or a spec file carries: the request, own rows where it has any, and the result it was made from. An older form of it
 * is read as the present one.
 */
export const payloadSchema = v.pipe(
  v.strictObject({
    spec: runSpecSchema,
    rows: v.optional(ownDataSchema),
    result: v.optional(resultDigestSchema),
  }),
  v.check(
    ({ spec, rows }) => (spec.data.id === OWN) === (rows !== undefined),
    `own rows and the data id "${OWN}" belong together: the sender has to send the rows along`,
  ),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
    const spec = embedderApart(value.spec);
    if (typeof spec !== 'string') return { ...value, spec };
    addIssue({ message: spec });
    return NEVER;
  }),
);

export type LinkPayload = v.InferOutput<typeof payloadSchema>;
