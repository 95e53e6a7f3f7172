import type { Entity, Knowledge } from './types.ts';

/** They measure things and name none: a year or a metre in two texts does not make them alike. */
const MEASURES: ReadonlySet<string> = new Set(['unit', 'quantity']);

export const isTopical = ({ type }: Pick<Entity, 'type'>): boolean => !MEASURES.has(type);

/**
 * Entities of a text that count for knowledge relevance. Units and quantities are linked and shown, but left out here:
 * "year" alone would be in every ninth text of the bundled sets, and would make strangers of one overlap.
 */
export function topicalEntities(knowledge: Pick<Knowledge, 'entities' | 'link'>, text: string): string[] {
  return knowledge.link(text).flatMap(({ entityId }) => {
    const entity = knowledge.entities.get(entityId);
    return entity !== undefined && isTopical(entity) ? [entityId] : [];
  });
}
