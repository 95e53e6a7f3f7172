import type { Row, SourceEntity, SourceRelation } from './sources.ts';
import type { IndexTriple } from './transe.ts';

/** Rows of triples as indices; what is wrong with them goes to `problems`. */
export function checkTriples(
  rows: readonly Row[],
  entities: readonly SourceEntity[],
  relations: readonly SourceRelation[],
  problems: string[],
): IndexTriple[] {
  const entityAt = new Map(entities.map(({ id }, i) => [id, i]));
  const relationAt = new Map(relations.map(({ id }, i) => [id, i]));
  const seen = new Set<string>();
  const tailOf = new Map<string, string>();
  const triples = rows.flatMap(({ where, cells }): IndexTriple[] => {
    const [head = '', relation = '', tail = ''] = cells;
    const [h, r, t] = [entityAt.get(head), relationAt.get(relation), entityAt.get(tail)];
    if (h === undefined) problems.push(`${where}: no entity ${head}`);
    if (t === undefined) problems.push(`${where}: no entity ${tail}`);
    if (r === undefined) problems.push(`${where}: no relation ${relation}`);
    if (h === undefined || t === undefined || r === undefined) return [];
    const rule = relations[r] as SourceRelation;
    const allows = (types: readonly string[], i: number) =>
      types.includes('*') || types.includes(entities[i]?.type ?? '');
    if (!allows(rule.heads, h)) problems.push(`${where}: ${relation} takes no ${entities[h]?.type} as head (${head})`);
    if (!allows(rule.tails, t)) problems.push(`${where}: ${relation} takes no ${entities[t]?.type} as tail (${tail})`);
    if (h === t) problems.push(`${where}: ${head} stands in a relation to itself`);
    const key = cells.join(' ');
    if (seen.has(key)) problems.push(`${where}: ${key} stands twice`);
    seen.add(key);
    const subject = `${head} ${relation}`;
    if (rule.functional && (tailOf.get(subject) ?? tail) !== tail) {
      problems.push(`${where}: ${subject} has two tails, ${tailOf.get(subject)} and ${tail}`);
    }
    tailOf.set(subject, tail);
    return [[h, r, t]];
  });
  relations.forEach(({ id, shape }, r) => {
    const name = (i: number) => entities[i]?.id;
    const own = triples.filter((triple) => triple[1] === r);
    if (shape === 'symmetric') {
      for (const [h, , t] of own) {
        if (!seen.has(`${name(t)} ${id} ${name(h)}`)) {
          problems.push(`${name(h)} ${id} ${name(t)}, but not ${name(t)} ${id} ${name(h)}`);
        }
      }
    }
    if (shape === 'acyclic') {
      const circle = firstCircle(own);
      if (circle !== undefined) problems.push(`${id} goes in a circle: ${circle.map(name).join(', ')}`);
    }
  });
  return triples;
}

/** Entities along the first circle of a relation, found by depth-first search. */
function firstCircle(triples: readonly IndexTriple[]): number[] | undefined {
  const next = new Map<number, number[]>();
  for (const [h, , t] of triples) next.set(h, [...(next.get(h) ?? []), t]);
  const done = new Set<number>();
  const path: number[] = [];
  const visit = (entity: number): number[] | undefined => {
    if (done.has(entity)) return undefined;
    const at = path.indexOf(entity);
    if (at >= 0) return path.slice(at);
    path.push(entity);
    for (const tail of next.get(entity) ?? []) {
      const circle = visit(tail);
      if (circle !== undefined) return circle;
    }
    path.pop();
    done.add(entity);
    return undefined;
  };
  for (const entity of next.keys()) {
    const circle = visit(entity);
    if (circle !== undefined) return circle;
  }
  return undefined;
}
