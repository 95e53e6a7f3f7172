import type { Mention } from '../knowledge/types.ts';
import { type Stream, shuffled } from '../random/stream.ts';

/** A text cut at its mentions; joined, the pieces are the text. */
interface Piece {
  readonly text: string;
  readonly entity: boolean;
}

function cut(text: string, mentions: readonly Mention[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end } of mentions) {
    if (start < at) continue;
    if (start > at) pieces.push({ text: text.slice(at, start), entity: false });
    pieces.push({ text: text.slice(start, end), entity: true });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), entity: false });
  return pieces;
}

const joined = (pieces: readonly Piece[]): string => pieces.map((piece) => piece.text).join('');

/** What names the entities of a text, in their order. */
export const surfaces = (text: string, mentions: readonly Mention[]): string[] =>
  cut(text, mentions).flatMap((piece) => (piece.entity ? [piece.text] : []));

/** The text without what names its entities; the spaces around a gap are closed. */
export const withoutEntities = (text: string, mentions: readonly Mention[]): string =>
  joined(cut(text, mentions).filter((piece) => !piece.entity))
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
  const words = pieces.flatMap((piece) => (piece.entity ? [] : (piece.text.match(WORD) ?? [])));
  const turned = random === undefined ? words : moved(words, random);
  let name = 0;
  let word = 0;
  return joined(
    pieces.map((piece) => ({
      ...piece,
      text: piece.entity ? (names?.[name++] ?? piece.text) : piece.text.replace(WORD, (own) => turned[word++] ?? own),
    })),
  );
}

/** Shuffled, and not as it was where the items differ at all. */
export function moved<T>(items: readonly T[], random: Stream): T[] {
  const turned = shuffled(items, random);
  if (turned.some((item, i) => item !== items[i])) return turned;
  // Turning by one place moves something as soon as two items differ.
  return items.map((_, i) => items[(i + 1) % items.length] as T);
}
