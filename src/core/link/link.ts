import { sha256 } from '@noble/hashes/sha2.js';
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

/** Bytes of SHA-256 at the end of a link, so that a changed character is seen. */
const SEAL = 4;

const seal = (bytes: Uint8Array): Uint8Array => sha256(bytes).subarray(0, SEAL);

function sealed(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(bytes.length + SEAL);
  whole.set(bytes);
  whole.set(seal(bytes), bytes.length);
  return whole;
}

/** @returns the content, or `null` where it is not what was sealed. */
function unsealed(whole: Uint8Array): Uint8Array | null {
  if (whole.length <= SEAL) return null;
  const bytes = whole.subarray(0, -SEAL);
  return seal(bytes).every((byte, i) => byte === whole[bytes.length + i]) ? bytes : null;
}

/** `#v1.` and base64url of deflated, sealed canonical JSON: the same payload gives the same link. */
export function encodeLink(payload: LinkPayload): EncodedLink {
  const checked = v.safeParse(linkSchema, payload);
  if (!checked.success)
    return { ok: false, problem: `This experiment does not fit a link: ${issueText(checked.issues)}` };
  let text: string;
  try {
    text = canonicalJson(checked.output);
  } catch (error) {
    return { ok: false, problem: (error as Error).message };
  }
  const hash = PREFIX + toBase64Url(sealed(deflateSync(strToU8(text), { level: 9 })));
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

/** Takes a fragment or a whole address, also with the line breaks of a mail; never throws. */
export function decodeLink(link: string): DecodedLink {
  const whole = link.replace(/\s+/gu, '');
  const at = whole.indexOf('#');
  const hash = at < 0 ? `#${whole}` : whole.slice(at);
  if (!hash.startsWith(PREFIX)) {
    const version = /^#v(\d{1,4})\./u.exec(hash)?.[1];
    if (version === undefined) return damaged('it does not begin with "#v1."');
    return {
      ok: false,
      problem:
        Number(version) > 1
          ? `This link is of version ${version}, newer than this playground reads. Reload the page to update it.`
          : `There is no link version ${version}. Copy the link again from its source.`,
    };
  }
  if (hash.length > LINK_CAP.encoded) return damaged(`it has more than ${LINK_CAP.encoded} characters`);
  const bytes = fromBase64Url(hash.slice(PREFIX.length));
  if (bytes === null) return damaged('it holds characters that no link has, or its end is missing');
  const content = unsealed(bytes);
  const text = content === null ? null : inflateText(content);
  if (text === null) return damaged('a part of it is missing or changed');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return damaged('its content is no JSON');
  }
  const parsed = v.safeParse(linkSchema, json);
  if (!parsed.success)
    return { ok: false, problem: `This link asks for something that cannot be run: ${issueText(parsed.issues)}` };
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
