import { digestOf } from '../hash.ts';
import type { Knowledge, Mention } from './types.ts';

/** The links of one text as the user wants them, in place of those that were found. */
export interface LinkEdit {
  readonly text: string;
  readonly mentions: readonly Mention[];
}

/** The base with links of some texts put right by hand. All that asks for links of these texts gets the edited ones. */
export function withEdits(base: Knowledge, edits: readonly LinkEdit[]): Knowledge {
  if (edits.length === 0) return base;
  const known = new Map(
    edits.map(({ text, mentions }) => [
      text,
      mentions.filter(({ entityId }) => base.entities.has(entityId)).sort((a, b) => a.start - b.start),
    ]),
  );
  return {
    ...base,
    digest: digestOf({ base: base.digest, edits: [...known].sort(([a], [b]) => (a < b ? -1 : 1)) }),
    link: (text) => known.get(text) ?? base.link(text),
    vector: (id) => base.vector(id),
  };
}
