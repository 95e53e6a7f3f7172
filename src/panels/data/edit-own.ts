import { fullText } from '../../core/data/example.ts';
import type { OwnData } from '../../core/data/own.ts';
import type { Mention } from '../../core/knowledge/types.ts';
import type { Part } from './Rows.tsx';

export type OwnRow = OwnData['pool'][number];

export function withRow(own: OwnData, part: Part, index: number, row: OwnRow | null): OwnData {
  const rows = own[part].flatMap((other, i) => (i !== index ? [other] : row === null ? [] : [row]));
  return { ...own, [part]: rows };
}

export const textOf = ({ text, text2 }: OwnRow): string =>
  fullText({ text, ...(text2 === undefined ? {} : { text2 }) });

/**
 * Links of a row put right by hand. Methods link the whole text of a row, the view of a prompt each of its two texts, so
 * all three are put right together; a link over the seam of a pair belongs to neither text alone.
 */
export function withLinks(own: OwnData, row: OwnRow, mentions: readonly Mention[]): OwnData {
  const texts = [{ text: textOf(row), from: 0 }];
  if (row.text2 !== undefined) texts.push({ text: row.text, from: 0 }, { text: row.text2, from: row.text.length + 1 });
  const edited = new Set(texts.map(({ text }) => text));
  const edits = texts.map(({ text, from }) => ({
    text,
    mentions: mentions
      .map(({ start, end, entityId }) => ({ start: start - from, end: end - from, entityId }))
      .filter(({ start, end }) => start >= 0 && end <= text.length),
  }));
  return { ...own, links: [...(own.links ?? []).filter(({ text }) => !edited.has(text)), ...edits] };
}

/** Links of a row as the base finds them again. */
export function withoutLinks(own: OwnData, row: OwnRow): OwnData {
  const texts = new Set([textOf(row), row.text, row.text2]);
  const { links = [], ...rest } = own;
  const left = links.filter(({ text }) => !texts.has(text));
  return left.length === 0 ? rest : { ...rest, links: left };
}

/** The first place of words in a text that no other mention touches. */
export function freePlace(
  text: string,
  words: string,
  mentions: readonly Mention[],
): { start: number; end: number } | null {
  for (let start = text.indexOf(words); start >= 0 && words !== ''; start = text.indexOf(words, start + 1)) {
    const end = start + words.length;
    if (mentions.every((m) => end <= m.start || start >= m.end)) return { start, end };
  }
  return null;
}
