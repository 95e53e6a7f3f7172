import type { Entity, Knowledge, Mention } from './types.ts';

/** They measure things and name none: a year or a metre in two texts does not make them alike. */
const MEASURES: ReadonlySet<string> = new Set(['unit', 'quantity']);

export const isTopical = ({ type }: Pick<Entity, 'type'>): boolean => !MEASURES.has(type);

/**
 * Entities of a text that count for knowledge relevance. Units and quantities are linked and shown, but left out here:
 * "year" alone would be in every ninth text of the bundled sets, and would make strangers of one overlap.
 */
export function topicalEntities(knowledge: Pick<Knowledge, 'entities' | 'link'>, text: string): string[] {
  return topicalMentions(knowledge, text).map(({ entityId }) => entityId);
}

export const topicalMentions = ({ entities, link }: Pick<Knowledge, 'entities' | 'link'>, text: string): Mention[] =>
  link(text).filter(({ entityId }) => {
    const entity = entities.get(entityId);
    return entity !== undefined && isTopical(entity);
  });
