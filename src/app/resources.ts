import { createStore } from 'zustand/vanilla';
import type { Assets } from '../core/assets.ts';
import { loadDataset } from '../core/data/bundled.ts';
import type { Dataset } from '../core/data/example.ts';
import { OWN, ownDataset } from '../core/data/own.ts';
import type { Knowledge } from '../core/knowledge/types.ts';
import type { LanguageModel, LoadProgress } from '../core/model/language-model.ts';
import type { ModelChoice } from '../core/run/spec.ts';
import type { Experiment, LibraryState } from '../panels/host.ts';

export interface ResourceLoaders {
  readonly assets: Assets;
  readonly loadKnowledge: (assets: Assets) => Promise<Knowledge>;
  readonly loadModel: (
    choice: ModelChoice,
    options: { signal: AbortSignal; onProgress: (progress: LoadProgress) => void },
  ) => Promise<LanguageModel>;
}

/** Data, knowledge and the model in use, each loaded once. What failed is tried again when next asked for. */
export function createResources({ assets, loadKnowledge, loadModel }: ResourceLoaders) {
  const library = createStore<LibraryState>(() => ({ datasets: new Map(), knowledge: null }));
  const pending = new Map<string, Promise<unknown>>();
  let model: { key: string; promise: Promise<LanguageModel> } | null = null;

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

  const dropModel = () => {
    model?.promise.then(
      (loaded) => loaded.dispose(),
      () => {},
    );
    model = null;
  };

  return {
    library,
    async dataset({ spec, rows }: Experiment): Promise<Dataset> {
      if (spec.data.id === OWN && rows !== undefined) return keep(ownDataset(rows));
      const id = spec.data.id;
      return once(`data/${id}`, async () => keep(await loadDataset(assets, id)));
    },
    knowledge(): Promise<Knowledge> {
      return once('knowledge', async () => {
        const knowledge = await loadKnowledge(assets);
        library.setState({ knowledge });
        return knowledge;
      });
    },
    model(choice: ModelChoice, signal: AbortSignal, onProgress: (progress: LoadProgress) => void) {
      const key = `${choice.engine}/${choice.id}`;
      if (model?.key === key) return model.promise;
      dropModel();
      const promise = loadModel(choice, { signal, onProgress });
      const mine = { key, promise };
      model = mine;
      promise.catch(() => {
        if (model === mine) model = null;
      });
      return promise;
    },
    dropModel,
  };
}

export type Resources = ReturnType<typeof createResources>;
