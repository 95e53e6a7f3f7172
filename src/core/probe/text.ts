import type { Mention } from '../knowledge/types.ts';
import { type Stream, shuffled } from '../random/stream.ts';

/** A text cut at its mentions; joined, the pieces are the text. A possessive ending belongs to no word of the text. */
interface Piece {
  readonly text: string;
  readonly kind: 'entity' | 'ending' | 'words';
}

const ENDING = /^['’]s(?![\p{L}\p{N}])/u;

function cut(text: string, mentions: readonly Mention[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  const add = (end: number, kind: Piece['kind']) => {
    if (end > at) pieces.push({ text: text.slice(at, end), kind });
    at = Math.max(at, end);
  };
  for (const { start, end } of mentions) {
    if (start < at) continue;
    add(start, 'words');
    add(end, 'entity');
    add(end + (ENDING.exec(text.slice(end))?.[0].length ?? 0), 'ending');
  }
  add(text.length, 'words');
  return pieces;
}

const joined = (pieces: readonly Piece[]): string => pieces.map((piece) => piece.text).join('');

/** What names the entities of a text, in their order. */
export const surfaces = (text: string, mentions: readonly Mention[]): string[] =>
  cut(text, mentions).flatMap(({ text: own, kind }) => (kind === 'entity' ? [own] : []));

/** The text without what names its entities; the spaces around a gap are closed. */
export const withoutEntities = (text: string, mentions: readonly Mention[]): string =>
  joined(cut(text, mentions).filter(({ kind }) => kind === 'words'))
    .replace(/\s+/gu, ' ')
    .replace(/ (?=[,.;:!?)])/gu, '')
    .trim();

const WORD = /[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu;

/**
 * The text with its parts exchanged; what is between words stays.
 * @param names in the places of its entities, one for each place.
 * @param random its other words change places.
 */
export function exchanged(
  text: string,
  mentions: readonly Mention[],
  { names, random }: { readonly names?: readonly string[]; readonly random?: Stream },
): string {
  const pieces = cut(text, mentions);
  const words = pieces.flatMap(({ text: own, kind }) => (kind === 'words' ? (own.match(WORD) ?? []) : []));
  const turned = random === undefined ? words : moved(words, random);
  let name = 0;
  let word = 0;
  const changed = ({ text: own, kind }: Piece): string => {
    if (kind === 'entity') return names?.[name++] ?? own;
    return kind === 'words' ? own.replace(WORD, (old) => turned[word++] ?? old) : own;
  };
  return pieces.map(changed).join('');
}

/** Shuffled, and not as it was where the items differ at all. */
export function moved<T>(items: readonly T[], random: Stream): T[] {
  const turned = shuffled(items, random);
  if (turned.some((item, i) => item !== items[i])) return turned;
  // Turning by one place moves something as soon as two items differ.
  return items.map((_, i) => items[(i + 1) % items.length] as T);
}
