import { type Assets, readText } from '../assets.ts';
import { dataError } from '../errors.ts';
import type { Knowledge, Relation, Triple } from './types.ts';

/** True triples over entities of the base that are not in the base, and one wording a relation: no training saw either. */
export interface Untrained {
  readonly triples: readonly Triple[];
  /** By relation, a sentence with the slots `{h}` and `{t}`; the tail ends it. */
  readonly wordings: ReadonlyMap<string, string>;
}

const TRIPLES = 'knowledge/untrained.triples.tsv';
const WORDINGS = 'knowledge/untrained.wordings.tsv';

/** Rows of a table under its header; lines that begin with # are comments. */
function rowsOf(name: string, text: string, columns: readonly string[]): { where: string; cells: string[] }[] {
  const lines = text
    .split('\n')
    .map((line, i) => ({ where: `${name}, line ${i + 1}`, line: line.trimEnd() }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'));
  const [header, ...rows] = lines;
  if (header?.line !== columns.join('\t')) throw dataError(`${name}: the header must be ${columns.join(', ')}.`);
  return rows.map(({ where, line }) => {
    const cells = line.split('\t');
    if (cells.length !== columns.length) throw dataError(`${where}: ${cells.length} fields, not ${columns.length}.`);
    return { where, cells };
  });
}

export function parseUntrained(texts: { readonly triples: string; readonly wordings: string }): Untrained {
  const triples = rowsOf(TRIPLES, texts.triples, ['head', 'relation', 'tail']).map(({ cells }) => {
    const [head = '', relation = '', tail = ''] = cells;
    return { head, relation, tail };
  });
  const wordings = rowsOf(WORDINGS, texts.wordings, ['relation', 'statement']).map(({ where, cells }) => {
    const [relation = '', statement = ''] = cells;
    if (!/\{h\}.*\{t\}$/u.test(statement)) throw dataError(`${where}: the statement must have {h} and end with {t}.`);
    return [relation, statement] as const;
  });
  return { triples, wordings: new Map(wordings) };
}

/** Reads both files and refuses what the base does not know. */
export async function loadUntrained(assets: Assets, { entities, relations }: Knowledge): Promise<Untrained> {
  const [triples, wordings] = await Promise.all([readText(assets, TRIPLES), readText(assets, WORDINGS)]);
  const untrained = parseUntrained({ triples, wordings });
  for (const { head, relation, tail } of untrained.triples) {
    const missing = [head, tail].find((id) => !entities.has(id));
    if (missing !== undefined) throw dataError(`${TRIPLES}: the knowledge base has no entity ${missing}.`);
    if (!relations.has(relation)) throw dataError(`${TRIPLES}: the knowledge base has no relation ${relation}.`);
  }
  for (const relation of relations.keys()) {
    if (!untrained.wordings.has(relation)) throw dataError(`${WORDINGS}: ${relation} has no wording.`);
  }
  return untrained;
}

/** The base with other statements. */
export function reworded(knowledge: Knowledge, wordings: ReadonlyMap<string, string>): Knowledge {
  const relations = [...knowledge.relations].map(([id, relation]): [string, Relation] => {
    return [id, { ...relation, statement: wordings.get(id) ?? relation.statement }];
  });
  return { ...knowledge, relations: new Map(relations) };
}
