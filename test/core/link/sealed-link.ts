import { createHash } from 'node:crypto';
import { type DeflateOptions, deflateSync, strToU8 } from 'fflate';
import { canonicalJson } from '../../../src/core/hash.ts';
import { toBase64Url } from '../../../src/core/link/base64url.ts';

/** A link of any content: deflated, and sealed by the first bytes of its SHA-256. */
export function sealedLink(content: string | Uint8Array, options: DeflateOptions = {}): string {
  const bytes = deflateSync(typeof content === 'string' ? strToU8(content) : content, options);
  const seal = createHash('sha256').update(bytes).digest().subarray(0, 4);
  return `#v1.${toBase64Url(Uint8Array.from([...bytes, ...seal]))}`;
}

export const linkOf = (value: unknown): string => sealedLink(canonicalJson(value));
