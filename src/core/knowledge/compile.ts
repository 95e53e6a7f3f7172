import { dataError } from '../errors.ts';
import { stream } from '../random/stream.ts';
import type { CompiledKnowledge } from './load.ts';
import { TRANSE_DEFAULTS, trainTransE } from './transe.ts';

/** The text of a source file and its name for messages. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

export interface KnowledgeSources {
  readonly relations: SourceFile;
  /** Files `AREA.entities.tsv` with id, name, aliases, type, description. */
  readonly entities: readonly SourceFile[];
  /** Files `AREA.triples.tsv` with head, relation, tail. */
  readonly triples: readonly SourceFile[];
}

interface Row {
  readonly where: string;
  readonly cells: readonly string[];
}

function rowsOf({ name, text }: SourceFile, columns: readonly string[]): Row[] {
  const [header = '', ...lines] = text.split('\n');
  if (header.trimEnd() !== columns.join('\t')) throw dataError(`${name}: the header must be ${columns.join(', ')}.`);
  return lines.flatMap((line, i) => {
    if (line.trim() === '') return [];
    const where = `${name}, line ${i + 2}`;
    const cells = line.split('\t').map((cell) => cell.trim());
    if (cells.length !== columns.length) throw dataError(`${where}: ${cells.length} fields, not ${columns.length}.`);
    return [{ where, cells }];
  });
}

/**
 * Checks the sources and compiles them: unique ids, known relations, no dangling end, allowed types of heads and tails,
 * one tail for functional relations, no triple twice. All problems are reported at once.
 */
export function compileKnowledge(sources: KnowledgeSources): { compiled: CompiledKnowledge; vectors: Float32Array } {
  const problems: string[] = [];
  const relations = rowsOf(sources.relations, [
    'id',
    'statement',
    'question',
    'headTypes',
    'tailTypes',
    'functional',
  ]).map(({ cells: [id = '', statement = '', question = '', heads = '', tails = '', functional] }) => ({
    id,
    statement,
    question,
    heads: heads.split(','),
    tails: tails.split(','),
    functional: functional === '1',
  }));
  const entities = sources.entities
    .flatMap((file) => rowsOf(file, ['id', 'name', 'aliases', 'type', 'description']))
    .map(({ where, cells: [id = '', name = '', aliases = '', type = '', description = ''] }) => ({
      where,
      id,
      name,
      aliases: aliases.split('|').filter((alias) => alias !== ''),
      type,
      description,
    }));
  const entityAt = new Map<string, number>();
  entities.forEach(({ id, where, name, type, description }, i) => {
    if (entityAt.has(id)) problems.push(`${where}: the id ${id} is used twice`);
    if ([id, name, type, description].includes('')) problems.push(`${where}: ${id} lacks a field`);
    entityAt.set(id, i);
  });
  const relationAt = new Map(relations.map((relation, i) => [relation.id, i]));
  const seen = new Set<string>();
  const tailOf = new Map<string, string>();
  const triples: [number, number, number][] = [];
  for (const { where, cells } of sources.triples.flatMap((file) => rowsOf(file, ['head', 'relation', 'tail']))) {
    const [head = '', relation = '', tail = ''] = cells;
    const h = entityAt.get(head);
    const t = entityAt.get(tail);
    const r = relationAt.get(relation);
    if (h === undefined) problems.push(`${where}: no entity ${head}`);
    if (t === undefined) problems.push(`${where}: no entity ${tail}`);
    if (r === undefined) problems.push(`${where}: no relation ${relation}`);
    if (h === undefined || t === undefined || r === undefined) continue;
    const rule = relations[r] as (typeof relations)[number];
    const allows = (types: readonly string[], i: number) =>
      types.includes('*') || types.includes(entities[i]?.type ?? '');
    if (!allows(rule.heads, h)) problems.push(`${where}: ${relation} takes no ${entities[h]?.type} as head (${head})`);
    if (!allows(rule.tails, t)) problems.push(`${where}: ${relation} takes no ${entities[t]?.type} as tail (${tail})`);
    const key = cells.join(' ');
    if (seen.has(key)) problems.push(`${where}: ${key} stands twice`);
    seen.add(key);
    const subject = `${head} ${relation}`;
    if (rule.functional && (tailOf.get(subject) ?? tail) !== tail) {
      problems.push(`${where}: ${subject} has two tails, ${tailOf.get(subject)} and ${tail}`);
    }
    tailOf.set(subject, tail);
    triples.push([h, r, t]);
  }
  if (problems.length > 0)
    throw dataError(`The knowledge base has ${problems.length} problems:\n${problems.join('\n')}`);
  const { entities: vectors } = trainTransE(entities.length, relations.length, triples, stream('transe', 1));
  return {
    compiled: {
      version: 1,
      entities: {
        id: entities.map((e) => e.id),
        name: entities.map((e) => e.name),
        aliases: entities.map((e) => e.aliases),
        type: entities.map((e) => e.type),
        description: entities.map((e) => e.description),
      },
      relations: relations.map(({ id, statement, question, functional }) => ({ id, statement, question, functional })),
      triples,
      vectors: { file: 'vectors.bin', dimension: TRANSE_DEFAULTS.dimension, rows: entities.length },
    },
    vectors,
  };
}
