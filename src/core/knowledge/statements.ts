import type { Knowledge, Triple } from './types.ts';

/** The sentence of a triple up to its tail, or undefined where an id is unknown. No trailing space. */
export function statementCue(knowledge: Knowledge, { head, relation }: Triple): string | undefined {
  const entity = knowledge.entities.get(head);
  const template = knowledge.relations.get(relation)?.statement;
  if (entity === undefined || template === undefined) return undefined;
  const [before = '', rest = ''] = split(template, '{h}');
  const [middle = ''] = split(rest, '{t}');
  const sentence = `${before}${entity.name}${middle}`.trimEnd();
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** The whole sentence of a triple, or undefined where an id is unknown. */
export function statementOf(knowledge: Knowledge, triple: Triple): string | undefined {
  const cue = statementCue(knowledge, triple);
  const tail = knowledge.entities.get(triple.tail);
  return cue === undefined || tail === undefined ? undefined : `${cue} ${tail.name}.`;
}

function split(text: string, slot: string): [string, string] {
  const at = text.indexOf(slot);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + slot.length)];
}
