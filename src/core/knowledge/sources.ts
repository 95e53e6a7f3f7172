import { dataError } from '../errors.ts';
import { type CompiledCaution, RULES } from './cautions.ts';
import { checkTriples } from './check-triples.ts';
import { singulars } from './name-index.ts';
import { tokens } from './tokens.ts';
import type { IndexTriple } from './transe.ts';

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
  /** Names that are also other words; several of one line are parted by |, and an entity * means all of that name. */
  readonly cautions: SourceFile;
}

export const SHAPES = ['', 'symmetric', 'acyclic'] as const;

export interface SourceRelation {
  readonly id: string;
  readonly statement: string;
  readonly question: string;
  readonly heads: readonly string[];
  readonly tails: readonly string[];
  readonly functional: boolean;
  /** `symmetric`: holds both ways, so each pair stands in both. `acyclic`: nothing leads back to where it began. */
  readonly shape: (typeof SHAPES)[number];
}

export interface SourceEntity {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly type: string;
  readonly description: string;
}

export interface Row {
  readonly where: string;
  readonly cells: readonly string[];
}

export interface CheckedSources {
  readonly relations: readonly SourceRelation[];
  readonly entities: readonly SourceEntity[];
  readonly triples: readonly IndexTriple[];
  readonly cautions: readonly CompiledCaution[];
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

const parts = (cell: string): string[] => cell.split('|').filter((part) => part !== '');

function relationsOf(file: SourceFile, problems: string[]): SourceRelation[] {
  const columns = ['id', 'statement', 'question', 'headTypes', 'tailTypes', 'functional', 'shape'];
  return rowsOf(file, columns).map(({ where, cells }) => {
    const [id = '', statement = '', question = '', heads = '', tails = '', functional, shape = ''] = cells;
    const known = SHAPES.find((s) => s === shape);
    if (known === undefined) problems.push(`${where}: no shape ${shape}`);
    return {
      id,
      statement,
      question,
      heads: heads.split(','),
      tails: tails.split(','),
      functional: functional === '1',
      shape: known ?? '',
    };
  });
}

function entitiesOf(files: readonly SourceFile[], problems: string[]): SourceEntity[] {
  const seen = new Set<string>();
  return files
    .flatMap((file) => rowsOf(file, ['id', 'name', 'aliases', 'type', 'description']))
    .map(({ where, cells: [id = '', name = '', aliases = '', type = '', description = ''] }) => {
      if (seen.has(id)) problems.push(`${where}: the id ${id} is used twice`);
      if ([id, name, type, description].includes('')) problems.push(`${where}: ${id} lacks a field`);
      seen.add(id);
      return { id, name, aliases: parts(aliases), type, description };
    });
}

function cautionsOf(file: SourceFile, entities: readonly SourceEntity[], problems: string[]): CompiledCaution[] {
  const key = (text: string) =>
    tokens(text)
      .map((w) => w.key)
      .join(' ');
  const named = new Map<string, Set<number>>();
  entities.forEach(({ name, aliases }, i) => {
    for (const alias of [name, ...aliases]) named.set(key(alias), (named.get(key(alias)) ?? new Set()).add(i));
  });
  return rowsOf(file, ['name', 'entity', 'rule', 'words']).flatMap(({ where, cells }) => {
    const [names = '', entity = '', ruleName = '', words = ''] = cells;
    const at = entity === '*' ? -1 : entities.findIndex((e) => e.id === entity);
    const rule = RULES.find((r) => r === ruleName);
    if (at < 0 && entity !== '*') problems.push(`${where}: no entity ${entity}`);
    if (rule === undefined) {
      problems.push(`${where}: no rule ${ruleName}`);
      return [];
    }
    return parts(names).map((name): CompiledCaution => {
      const holders = [name, ...singulars(name)].flatMap((form) => [...(named.get(form) ?? [])]);
      if (holders.length === 0) problems.push(`${where}: nothing is named ${name}`);
      else if (at >= 0 && !holders.includes(at)) problems.push(`${where}: ${entity} is not named ${name}`);
      return [name, at, rule, words.split(' ').filter((word) => word !== '')];
    });
  });
}

/**
 * Reads and checks the sources: unique ids, known relations, no dangling end, allowed types of heads and tails, one tail
 * for functional relations, symmetric pairs whole, no circle in acyclic relations, no triple twice, cautions about names
 * that are there. All problems are reported at once.
 */
export function checkSources(sources: KnowledgeSources): CheckedSources {
  const problems: string[] = [];
  const relations = relationsOf(sources.relations, problems);
  const entities = entitiesOf(sources.entities, problems);
  const rows = sources.triples.flatMap((file) => rowsOf(file, ['head', 'relation', 'tail']));
  const triples = checkTriples(rows, entities, relations, problems);
  const cautions = cautionsOf(sources.cautions, entities, problems);
  if (problems.length > 0) {
    throw dataError(`The knowledge base has ${problems.length} problems:\n${problems.join('\n')}`);
  }
  return { relations, entities, triples, cautions };
}
