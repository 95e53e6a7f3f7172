import * as v from 'valibot';
import { type Assets, readText } from '../assets.ts';
import { dataError } from '../errors.ts';
import { bytesDigest, digestOf, textDigest } from '../hash.ts';
import { issueText } from '../issues.ts';
import { parseJson } from '../json.ts';
import { cautionSchema, cautionsByName } from './cautions.ts';
import { decodeFloat16 } from './float16.ts';
import { EntityLinker } from './linker.ts';
import { remember } from './remember.ts';
import type { Entity, Knowledge, Mention, Relation, Triple } from './types.ts';

const textList = v.array(v.string());

/** The compiled knowledge base: columns, to be small. Triples are indices into entities, relations, entities. */
export const compiledSchema = v.object({
  version: v.literal(1),
  entities: v.object({
    id: textList,
    name: textList,
    aliases: v.array(textList),
    type: textList,
    description: textList,
  }),
  relations: v.array(
    v.object({ id: v.string(), statement: v.string(), question: v.string(), functional: v.boolean() }),
  ),
  triples: v.array(v.tuple([v.number(), v.number(), v.number()])),
  cautions: v.array(cautionSchema),
  /** Rows of `vectors.bin`: little-endian float16, one row an entity, in the order of the entities. */
  vectors: v.object({ file: v.string(), dimension: v.pipe(v.number(), v.integer(), v.minValue(1)), rows: v.number() }),
});

export type CompiledKnowledge = v.InferOutput<typeof compiledSchema>;

const FOLDER = 'knowledge';

export async function loadKnowledge(assets: Assets): Promise<Knowledge> {
  const where = `${FOLDER}/knowledge.json`;
  const text = await readText(assets, where);
  const parsed = v.safeParse(compiledSchema, parseJson(text, where));
  if (!parsed.success) throw dataError(`${where} cannot be read: ${issueText(parsed.issues)} Run "npm run knowledge".`);
  const bytes = await assets.read(`${FOLDER}/${parsed.output.vectors.file}`);
  return openKnowledge(parsed.output, bytes, text);
}

/**
 * @param vectorBytes [rows x dimension] float16, little-endian.
 * @param source the JSON text of `compiled`, for the digest.
 */
export function openKnowledge(
  compiled: CompiledKnowledge,
  vectorBytes: Uint8Array,
  source = JSON.stringify(compiled),
): Knowledge {
  const { dimension, rows, file } = compiled.vectors;
  const columns = compiled.entities;
  if (vectorBytes.byteLength !== rows * dimension * 2 || rows !== columns.id.length) {
    throw dataError(`${FOLDER}/${file} does not fit the knowledge base. Run "npm run knowledge".`);
  }
  const vectors = decodeFloat16(vectorBytes);
  const list: Entity[] = columns.id.map((id, i) => ({
    id,
    name: columns.name[i] ?? id,
    aliases: columns.aliases[i] ?? [],
    type: columns.type[i] ?? '',
    description: columns.description[i] ?? '',
  }));
  const triples: Triple[] = compiled.triples.map(([h, r, t], i) => {
    const [head, relation, tail] = [columns.id[h], compiled.relations[r]?.id, columns.id[t]];
    if (head === undefined || relation === undefined || tail === undefined) {
      throw damaged(`triple ${i + 1}`);
    }
    return { head, relation, tail };
  });
  const entities = new Map(list.map((entity) => [entity.id, entity]));
  const cautions = cautionsByName(
    compiled.cautions.map(([name, entity, rule, words]) => {
      const entityId = entity < 0 ? undefined : columns.id[entity];
      if (entity >= 0 && entityId === undefined) throw damaged(`a caution about "${name}"`);
      return { name, entityId, rule, words: new Set(words) };
    }),
  );
  /** Made at the first text: the names are not needed to show or to choose anything else. */
  let linker: EntityLinker | undefined;
  const link = (text: string): readonly Mention[] => {
    if (linker === undefined) {
      const neighbours = neighbourNames(entities, triples);
      linker = new EntityLinker(list, (id) => neighbours.get(id) ?? [], cautions);
    }
    return linker.link(text);
  };
  const indexOf = new Map(columns.id.map((id, i) => [id, i]));
  const inTriple = new Set(triples.flatMap((t) => [t.head, t.tail]));
  return {
    digest: digestOf({ source: textDigest(source), vectors: bytesDigest(vectorBytes) }),
    entities,
    relations: new Map(compiled.relations.map((r): [string, Relation] => [r.id, r])),
    triples,
    link: remember(link),
    vector(id) {
      const i = indexOf.get(id);
      return i === undefined || !inTriple.has(id) ? undefined : vectors.subarray(i * dimension, (i + 1) * dimension);
    },
  };
}

const damaged = (what: string) =>
  dataError(`${FOLDER}/knowledge.json: ${what} points at nothing. Run "npm run knowledge".`);

function neighbourNames(entities: ReadonlyMap<string, Entity>, triples: readonly Triple[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  const add = (id: string, other: string) => {
    const name = entities.get(other)?.name;
    if (name === undefined) return;
    const list = names.get(id);
    if (list === undefined) names.set(id, [name]);
    else list.push(name);
  };
  for (const { head, tail } of triples) {
    add(head, tail);
    add(tail, head);
  }
  return names;
}
