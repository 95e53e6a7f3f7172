import { deflateSync, Inflate, strFromU8, strToU8 } from 'fflate';
import * as v from 'valibot';
import { LINK_ROWS } from '../data/own.ts';
import { canonicalJson } from '../hash.ts';
import { issueText } from '../issues.ts';
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { type LinkPayload, payloadSchema } from './payload.ts';

/** Characters of a link's fragment, and bytes once inflated; more is refused on both sides. */
export const LINK_CAP = { encoded: 60_000, inflated: 1_000_000 } as const;

const PREFIX = '#v1.';

const linkSchema = v.pipe(
  payloadSchema,
  v.check(
    ({ rows }) => rows === undefined || rows.pool.length + rows.eval.length <= LINK_ROWS,
    `a link carries at most ${LINK_ROWS} rows; send the spec as a file`,
  ),
);

export type EncodedLink =
  | { readonly ok: true; readonly hash: string }
  | { readonly ok: false; readonly problem: string };
export type DecodedLink =
  | { readonly ok: true; readonly payload: LinkPayload }
  | { readonly ok: false; readonly problem: string };

/** `#v1.` and base64url of deflated canonical JSON: the same payload gives the same link. */
export function encodeLink(payload: LinkPayload): EncodedLink {
  const checked = v.safeParse(linkSchema, payload);
  if (!checked.success)
    return { ok: false, problem: `This experiment does not fit a link: ${issueText(checked.issues)}.` };
  const hash = PREFIX + toBase64Url(deflateSync(strToU8(canonicalJson(checked.output)), { level: 9 }));
  if (hash.length > LINK_CAP.encoded) {
    return {
      ok: false,
      problem: `This experiment is too large for a link (${hash.length} of ${LINK_CAP.encoded} characters). Send fewer own rows, or the spec as a file.`,
    };
  }
  return { ok: true, hash };
}

const damaged = (what: string): DecodedLink => ({
  ok: false,
  problem: `This link is damaged: ${what}. Copy it again from its source, as a whole.`,
});

/** Takes a fragment or a whole address; never throws. */
export function decodeLink(link: string): DecodedLink {
  const at = link.indexOf('#');
  const hash = at < 0 ? `#${link}` : link.slice(at);
  if (!hash.startsWith(PREFIX)) {
    const version = /^#v(\d{1,4})\./u.exec(hash)?.[1];
    if (version === undefined) return damaged('it does not begin with "#v1."');
    return {
      ok: false,
      problem: `This link is of version ${version}, newer than this playground reads. Reload the page to update it.`,
    };
  }
  if (hash.length > LINK_CAP.encoded) return damaged(`it has more than ${LINK_CAP.encoded} characters`);
  const bytes = fromBase64Url(hash.slice(PREFIX.length));
  if (bytes === null) return damaged('it holds characters that no link has, or its end is missing');
  const text = inflateText(bytes);
  if (text === null) return damaged('its content cannot be unpacked, so a part is missing or changed');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return damaged('its content is no JSON');
  }
  const parsed = v.safeParse(linkSchema, json);
  if (!parsed.success)
    return { ok: false, problem: `This link asks for something that cannot be run: ${issueText(parsed.issues)}.` };
  return { ok: true, payload: parsed.output };
}

function inflateText(bytes: Uint8Array): string | null {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  try {
    const inflate = new Inflate((chunk, final) => {
      size += chunk.length;
      if (size > LINK_CAP.inflated) throw new RangeError('too large');
      chunks.push(chunk);
      ended ||= final;
    });
    inflate.push(bytes, true);
  } catch {
    return null;
  }
  if (!ended) return null;
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return strFromU8(whole);
}
