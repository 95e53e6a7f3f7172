import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import { dataError } from './errors.ts';

/** Canonical JSON (RFC 8785): the same value gives the same bytes everywhere. */
export function canonicalJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (error) {
    throw dataError(`A text cannot be kept: ${(error as Error).message}. It holds half a character; replace it.`);
  }
  if (text === undefined) throw new TypeError('a value without JSON form cannot be hashed');
  return text;
}

/** SHA-256 as 64 hex digits. */
export const bytesDigest = (bytes: Uint8Array): string => bytesToHex(sha256(bytes));

export const textDigest = (text: string): string => bytesDigest(utf8ToBytes(text));

/** SHA-256 of the canonical JSON of a value, as 64 hex digits. */
export const digestOf = (value: unknown): string => textDigest(canonicalJson(value));
