import type { Segment } from '../prompt/render.ts';
import type { CellRecord } from './record.ts';

/**
 * Gives equal stretches of prompts one object: the answers of a run show the same demonstrations again and again, and a run of
 * 100,000 answers is held in memory until its summary is made.
 */
export function segmentSharer(): (cell: CellRecord) => CellRecord {
  const known = new Map<string, Segment[]>();
  const share = (segment: Segment): Segment => {
    const alike = known.get(segment.text);
    const found = alike?.find(({ role, demoId }) => role === segment.role && demoId === segment.demoId);
    if (found !== undefined) return found;
    if (alike === undefined) known.set(segment.text, [segment]);
    else alike.push(segment);
    return segment;
  };
  return (cell) => ({ ...cell, segments: cell.segments.map(share) });
}
