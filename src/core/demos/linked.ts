import { fullText } from '../data/example.ts';
import { type KerOptions, type LinkedText, linkedText, relevanceRows } from '../knowledge/relevance.ts';
import { RelevanceIndex } from '../knowledge/relevance-best.ts';
import { topicalEntities } from '../knowledge/topical.ts';
import type { SelectorContext } from './selector.ts';

/** The entities that count for relevance, and their mean vector, of each example. */
export const linkedExamples = (
  knowledge: SelectorContext['knowledge'],
  examples: SelectorContext['pool'],
): LinkedText[] =>
  examples.map((example) => linkedText(topicalEntities(knowledge, fullText(example)), (id) => knowledge.vector(id)));

/** Knowledge relevance of the pool to each query of a run, and why in figures and shared entities. */
export function relevanceOf({ pool, targets, knowledge }: SelectorContext, options: KerOptions) {
  const poolLinks = linkedExamples(knowledge, pool);
  const targetLinks = linkedExamples(knowledge, targets);
  const rows = relevanceRows(poolLinks, targetLinks, options);
  const indexOf = new Map(targets.map((target, j) => [target.id, j]));
  const forQuery = (queryId: string) => {
    const j = indexOf.get(queryId);
    if (j === undefined) throw new Error(`${queryId} is not a query of this run`);
    const row = rows(j);
    const why = (i: number) => {
      const distance = row.distance[i] as number;
      return {
        figures: {
          relevance: row.relevance[i] as number,
          overlap: row.overlap[i] as number,
          ...(Number.isNaN(distance) ? {} : { distance }),
        },
        shared: [...(poolLinks[i]?.entities ?? [])].filter((id) => targetLinks[j]?.entities.has(id)),
      };
    };
    return { row, why };
  };
  return { rows, forQuery };
}

/** The pool items of the highest knowledge relevance to a query, the best first, with their figures and shared entities. */
export function mostRelevant({ pool, targets, knowledge }: SelectorContext, options: Omit<KerOptions, 'maximum'>) {
  const poolLinks = linkedExamples(knowledge, pool);
  const index = new RelevanceIndex(poolLinks, (id) => knowledge.vector(id));
  const links = linkedExamples(knowledge, targets);
  const linkOf = new Map(targets.map((target, j) => [target.id, links[j]]));
  return (queryId: string, count: number) => {
    const target = linkOf.get(queryId);
    if (target === undefined) throw new Error(`${queryId} is not a query of this run`);
    return index.best(target, count, options).map(({ index: i, relevance, overlap, distance }) => ({
      index: i,
      relevance,
      figures: { relevance, overlap, ...(Number.isNaN(distance) ? {} : { distance }) },
      shared: [...(poolLinks[i]?.entities ?? [])].filter((id) => target.entities.has(id)),
    }));
  };
}
