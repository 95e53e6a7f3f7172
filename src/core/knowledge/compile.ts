import { stream } from '../random/stream.ts';
import type { CompiledKnowledge } from './load.ts';
import type { CheckedSources } from './sources.ts';
import { TRANSE_DEFAULTS, type TransEOptions, trainTransE } from './transe.ts';

/** The base as the playground loads it, and its embeddings: one row an entity, in their order. */
export function compileKnowledge(
  { relations, entities, triples, cautions }: CheckedSources,
  options: TransEOptions = TRANSE_DEFAULTS,
): { compiled: CompiledKnowledge; vectors: Float32Array } {
  const { entities: vectors } = trainTransE(entities.length, relations.length, triples, stream('transe', 1), options);
  const column = <K extends keyof (typeof entities)[number]>(key: K) => entities.map((entity) => entity[key]);
  return {
    compiled: {
      version: 1,
      entities: {
        id: column('id'),
        name: column('name'),
        aliases: column('aliases').map((list) => [...list]),
        type: column('type'),
        description: column('description'),
      },
      relations: relations.map(({ id, statement, question, functional }) => ({ id, statement, question, functional })),
      triples: triples.map(([h, r, t]) => [h, r, t]),
      cautions: cautions.map(([name, entity, rule, words]) => [name, entity, rule, [...words]]),
      vectors: { file: 'vectors.bin', dimension: options.dimension, rows: entities.length },
    },
    vectors,
  };
}
