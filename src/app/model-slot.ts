import { createStore } from 'zustand/vanilla';
import { EngineError, isAbort } from '../core/model/engine-error.ts';
import type { LanguageModel, LoadProgress } from '../core/model/language-model.ts';
import type { ModelChoice } from '../core/run/spec.ts';
import type { ModelState, ServerPlace } from '../panels/host.ts';
import { messageOf } from './messages.ts';
import { progressMeter } from './progress.ts';

export interface ModelSlotOptions {
  readonly loadModel: (
    choice: ModelChoice,
    options: { server: ServerPlace | null; signal: AbortSignal; onProgress: (progress: LoadProgress) => void },
  ) => Promise<LanguageModel>;
  /** Who is asked for what when the model is loaded; `null` where all of it comes with the page. */
  readonly modelAsks: (choice: ModelChoice) => string | null;
  /** Seconds on any clock. */
  readonly now?: () => number;
}

const keyOf = ({ engine, id }: ModelChoice): string => `${engine}/${id}`;

const EMPTY: ModelState = { loaded: null, loading: null, failure: null };

/**
 * The one model in use. A model that has to be fetched from another machine is loaded only after the user chose it here: a
 * link that names it is not enough.
 */
export function createModelSlot({ loadModel, modelAsks, now = () => performance.now() / 1000 }: ModelSlotOptions) {
  const store = createStore<ModelState>(() => EMPTY);
  const chosen = new Set<string>();
  let server: ServerPlace | null = null;
  let current: { readonly key: string; readonly promise: Promise<LanguageModel> } | null = null;

  const drop = () => {
    current?.promise.then(
      (model) => model.dispose(),
      () => {},
    );
    current = null;
    store.setState({ loaded: null, loading: null });
  };

  /** What stands between this choice and loading it, or `null`. */
  const pending = (choice: ModelChoice): string | null => (chosen.has(keyOf(choice)) ? null : modelAsks(choice));

  return {
    store,
    pending,
    /** The user wants this model, and what it asks of the network. */
    permit: (choice: ModelChoice) => void chosen.add(keyOf(choice)),
    /** Where the models of servers are from now on. */
    connect(place: ServerPlace) {
      server = place;
      if (current !== null) drop();
    },
    drop,
    get(choice: ModelChoice, signal: AbortSignal, onProgress: (progress: LoadProgress) => void) {
      const key = keyOf(choice);
      if (current?.key === key) return current.promise;
      const asks = pending(choice);
      if (asks !== null) {
        return Promise.reject(
          new EngineError('bad-request', `${asks} Press Run to load it, or choose another one under Models.`, {
            recoverable: true,
          }),
        );
      }
      drop();
      const meter = progressMeter(now());
      const report = (progress: LoadProgress) => {
        onProgress(progress);
        if (current !== mine) return;
        const { phase, done, total } = progress;
        const bytes = done === undefined || total === undefined ? null : meter(done, total, now());
        store.setState({ loading: { choice, phase, progress: bytes } });
      };
      const promise = Promise.resolve().then(() => loadModel(choice, { server, signal, onProgress: report }));
      const mine = { key, promise };
      current = mine;
      store.setState({ failure: null, loading: { choice, phase: 'download', progress: null } });
      promise.then(
        (model) => {
          if (current !== mine) return;
          const { identity, capabilities, contextLength, selfTest, chat } = model;
          const loaded = { choice, identity, capabilities, contextLength, selfTest, chat };
          store.setState({ loading: null, loaded });
        },
        (error: unknown) => {
          if (current !== mine) return;
          current = null;
          store.setState({ loading: null, failure: isAbort(error) ? null : { choice, message: messageOf(error) } });
        },
      );
      return promise;
    },
  };
}

export type ModelSlot = ReturnType<typeof createModelSlot>;
