import { createStore } from 'zustand/vanilla';
import type { Assets } from '../core/assets.ts';
import { loadDataset } from '../core/data/bundled.ts';
import type { Dataset } from '../core/data/example.ts';
import { OWN, ownDataset } from '../core/data/own.ts';
import { digestOf } from '../core/hash.ts';
import { knowledgeFor } from '../core/knowledge/for-data.ts';
import type { Knowledge } from '../core/knowledge/types.ts';
import type { Experiment, LibraryState } from '../panels/host.ts';
import { createEmbedderSlot, type EmbedderSlotOptions } from './embedder-slot.ts';
import { createModelSlot, type ModelSlotOptions } from './model-slot.ts';

export interface ResourceLoaders extends ModelSlotOptions, EmbedderSlotOptions {
  readonly assets: Assets;
  readonly loadKnowledge: (assets: Assets) => Promise<Knowledge>;
}

/** Data, knowledge and the model in use, each loaded once. What failed is tried again when next asked for. */
export function createResources({ assets, loadKnowledge, ...slot }: ResourceLoaders) {
  const library = createStore<LibraryState>(() => ({ datasets: new Map(), knowledge: null }));
  const pending = new Map<string, Promise<unknown>>();
  const models = createModelSlot(slot);
  const embedder = createEmbedderSlot(slot);

  const once = <T>(key: string, load: () => Promise<T>): Promise<T> => {
    const known = pending.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const promise = load();
    pending.set(key, promise);
    promise.catch(() => pending.delete(key));
    return promise;
  };

  const keep = (dataset: Dataset): Dataset => {
    library.setState(({ datasets }) => ({ datasets: new Map(datasets).set(dataset.id, dataset) }));
    return dataset;
  };

  return {
    library,
    async dataset({ spec, rows }: Experiment): Promise<Dataset> {
      if (spec.data.id === OWN && rows !== undefined) return keep(ownDataset(rows));
      const id = spec.data.id;
      return once(`data/${id}`, async () => keep(await loadDataset(assets, id)));
    },
    /** The base, and around it what own data ask for; a panel sees the one that was asked for last. */
    async knowledge({ rows }: Pick<Experiment, 'rows'>): Promise<Knowledge> {
      const base = await once('knowledge', () => loadKnowledge(assets));
      const wants = rows === undefined ? '' : digestOf({ wordnet: rows.wordnet === true, links: rows.links ?? [] });
      const knowledge = await once(`knowledge/${wants}`, () => knowledgeFor(assets, base, rows));
      library.setState({ knowledge });
      return knowledge;
    },
    models,
    embedder,
  };
}

export type Resources = ReturnType<typeof createResources>;
