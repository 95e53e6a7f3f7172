import type { Example } from '../../../core/data/example.ts';
import type { Mention } from '../../../core/knowledge/types.ts';
import type { Segment } from '../../../core/prompt/render.ts';

/** A stretch of a text, with the entity that it names. */
export interface Piece {
  readonly text: string;
  readonly entityId: string | null;
}

/** A text cut at its mentions; the pieces joined are the text. */
export function pieces(text: string, mentions: readonly Mention[]): Piece[] {
  const cut: Piece[] = [];
  let at = 0;
  for (const { start, end, entityId } of mentions) {
    if (start < at || end > text.length) continue;
    if (start > at) cut.push({ text: text.slice(at, start), entityId: null });
    cut.push({ text: text.slice(start, end), entityId });
    at = end;
  }
  if (at < text.length) cut.push({ text: text.slice(at), entityId: null });
  return cut;
}

const oneLine = (text: string): string => text.replace(/\s+/gu, ' ').trim();

/**
 * Mentions of a segment of a prompt. Methods link the texts of an example, not the lines around them, so the mentions
 * of its texts are moved to where the texts stand; a thought is linked as it is.
 */
export function segmentMentions(
  segment: Segment,
  example: Pick<Example, 'text' | 'text2'> | undefined,
  link: (text: string) => readonly Mention[],
): Mention[] {
  if (segment.role === 'thought') return [...link(segment.text)];
  if (example === undefined || (segment.role !== 'demo' && segment.role !== 'query')) return [];
  const mentions: Mention[] = [];
  let from = 0;
  for (const raw of [example.text, example.text2 ?? '']) {
    const text = oneLine(raw);
    const start = text === '' ? -1 : segment.text.indexOf(text, from);
    if (start < 0) continue;
    for (const m of link(text)) mentions.push({ ...m, start: m.start + start, end: m.end + start });
    from = start + text.length;
  }
  return mentions;
}

/** The ids of the entities in a text, each once, in the order of their first mention. */
export const entitiesIn = (mentions: readonly Mention[]): string[] => [...new Set(mentions.map((m) => m.entityId))];
