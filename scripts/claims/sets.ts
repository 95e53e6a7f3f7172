import { assets } from '../../src/cli/resources.ts';
import { loadDataset } from '../../src/core/data/bundled.ts';
import type { Dataset } from '../../src/core/data/example.ts';
import { ownDataset } from '../../src/core/data/own.ts';
import { knowledgeFor } from '../../src/core/knowledge/for-data.ts';
import { loadKnowledge } from '../../src/core/knowledge/load.ts';
import type { Knowledge } from '../../src/core/knowledge/types.ts';
import { agnews, asData, sst2, trec } from '../eval-model/data.ts';
import type { PUBLIC } from './plan.ts';

/** Rows of a public set's pool, as many as the bundled ones have. */
const POOL = 200;

const tasks = { sst2, trec, agnews } satisfies Record<(typeof PUBLIC)[number], unknown>;

const isPublic = (id: string): id is keyof typeof tasks => Object.hasOwn(tasks, id);

/** A set with the knowledge that its texts are linked to: public ones to WordNet too, as the base knows few of their names. */
export interface Material {
  readonly dataset: Dataset;
  readonly knowledge: Knowledge;
}

export function materials(): (id: string) => Promise<Material> {
  const base = loadKnowledge(assets);
  let wide: Promise<Knowledge> | undefined;
  return async (id) => {
    if (!isPublic(id)) return { dataset: await loadDataset(assets, id), knowledge: await base };
    wide ??= base.then((own) => knowledgeFor(assets, own, { wordnet: true }));
    const data = asData(tasks[id](), 'real');
    return { dataset: ownDataset({ ...data, pool: data.pool.slice(0, POOL) }), knowledge: await wide };
  };
}
