import * as v from 'valibot';
import { usageError } from '../core/errors.ts';
import { issueText } from '../core/issues.ts';
import { decodeLink } from '../core/link/link.ts';
import { type LinkPayload, payloadSchema } from '../core/link/payload.ts';
import { readJsonFile } from './files.ts';

export function payloadFromLink(link: string): LinkPayload {
  if (!link.includes('#') && !link.startsWith('v'))
    throw usageError(`"${link}" is neither a file nor a link with a "#v1." part.`);
  const decoded = decodeLink(link);
  if (!decoded.ok) throw usageError(decoded.problem);
  return decoded.payload;
}

/** A spec file holds a spec alone, or `{ "spec": ..., "rows": ..., "result": ... }` as `--out` writes it. */
export async function payloadFromFile(path: string): Promise<LinkPayload> {
  const json = await readJsonFile(path);
  const isPayload = typeof json === 'object' && json !== null && 'spec' in json;
  return checkedPayload(isPayload ? json : { spec: json }, path);
}

export function checkedPayload(value: unknown, where: string): LinkPayload {
  const parsed = v.safeParse(payloadSchema, value);
  if (!parsed.success) throw usageError(`${where}: ${issueText(parsed.issues)}`);
  return parsed.output;
}
