import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { problem } from './failure.ts';

export interface Token {
  readonly id: number;
  readonly text: string;
}

/** The id of a token that a server names by its text alone: the first 48 bits of the text's SHA-256. */
export function textId(text: string): number {
  const hash = sha256(utf8ToBytes(text));
  return (
    new DataView(hash.buffer, hash.byteOffset).getUint32(0) * 2 ** 16 + ((hash[4] as number) << 8) + (hash[5] as number)
  );
}

/** Where the scored tokens begin: after the longest beginning in common with the prompt alone (METHODS 0.5). */
export function boundary(alone: readonly Token[], whole: readonly Token[]): number {
  let from = 0;
  while (from < alone.length && from < whole.length && alone[from]?.id === whole[from]?.id) from++;
  return from;
}

/** Letters and digits of a text, as tokenizers leave them: case, spaces and marks may change. */
const bones = (text: string): string =>
  (
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]/gu) ?? []
  ).join('');

const asciiBones = (text: string): string => bones(text).replace(/[^a-z0-9]/gu, '');

/** Whether tokens are those of a text. Parts of characters cannot be told, so that only plain letters count beside them. */
export function cover(tokens: readonly Token[], text: string): boolean {
  const joined = tokens.map((token) => token.text).join('');
  const partial = /\uFFFD|<0x[0-9A-F]{2}>|bytes:/u.test(joined);
  if (!partial) return bones(joined) === bones(text);
  const plain = joined.replace(/<0x[0-9A-F]{2}>|bytes:|\\x[0-9a-f]{2}/gu, '');
  return asciiBones(plain) === asciiBones(text);
}

/** Rounding may put a certain token slightly above zero. */
const ROUNDING = 1e-3;

/** vLLM and others write this where they have no number. */
const PLACEHOLDER = -9000;

/** A log-probability as a server gives it, if it can be one. */
export function trusted(server: string, value: unknown, token: Token): number {
  const name = JSON.stringify(token.text);
  if (value === null || value === undefined || (typeof value === 'number' && value <= PLACEHOLDER)) {
    throw problem(
      'no-capability',
      `${server} gives no log-probability for the token ${name}; it may tell those of the likeliest tokens only. It cannot be used for scoring.`,
    );
  }
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw problem('bad-model', `${server} gives ${JSON.stringify(value)} as the log-probability of ${name}.`);
  if (value > ROUNDING)
    throw problem(
      'bad-model',
      `${server} gives ${value} as the log-probability of ${name}: none is above zero. It cannot be used for scoring.`,
    );
  return Math.min(0, value);
}

export const otherTokens = (server: string, text: string) =>
  problem(
    'bad-model',
    `${server} gives log-probabilities for other tokens than those of the text ${JSON.stringify(text.slice(-60))}. It cannot be used for scoring.`,
  );
