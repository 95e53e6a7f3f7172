import * as v from 'valibot';
import { OWN, ownDataSchema } from '../data/own.ts';
import { runSpecSchema } from '../run/spec.ts';
import { resultDigestSchema } from './digest.ts';

/** What a link or a spec file carries: the request, own rows where it has any, and the result it was made from. */
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
);

export type LinkPayload = v.InferOutput<typeof payloadSchema>;
