import type { LanguageModel, LoadProgress } from '../core/model/language-model.ts';
import { usesEmbedder } from '../core/run/embedder.ts';
import type { EmbedderChoice, RunSpec } from '../core/run/spec.ts';
import type { EmbedderFolder } from '../panels/host.ts';
import { createModelSlot } from './model-slot.ts';

export interface EmbedderSlotOptions {
  readonly loadEmbedder: (
    choice: EmbedderChoice,
    options: {
      folder: EmbedderFolder | null;
      signal: AbortSignal;
      onProgress: (progress: LoadProgress) => void;
    },
  ) => Promise<LanguageModel>;
  /** Who is asked for what when it is loaded; `null` where nobody is. */
  readonly embedderAsks: (choice: EmbedderChoice) => string | null;
}

const choiceOf = ({ id }: EmbedderChoice) => ({ engine: 'embedder', id });

/** The one sentence embedder in use, beside whatever model there is; asked for, and loaded, as models are. */
export function createEmbedderSlot({ loadEmbedder, embedderAsks }: EmbedderSlotOptions) {
  let folder: EmbedderFolder | null = null;
  const slot = createModelSlot({
    loadModel: ({ id }, { signal, onProgress }) => loadEmbedder({ id }, { folder, signal, onProgress }),
    modelAsks: embedderAsks,
  });
  const asked = (spec: RunSpec): EmbedderChoice | null => (usesEmbedder(spec) ? (spec.embedder ?? null) : null);
  return {
    store: slot.store,
    permit: (choice: EmbedderChoice) => slot.permit(choiceOf(choice)),
    get: (choice: EmbedderChoice, signal: AbortSignal, onProgress: (progress: LoadProgress) => void) =>
      slot.get(choiceOf(choice), signal, onProgress),
    drop: slot.drop,
    /** Where the files of embedders are that the hub does not have. */
    from(place: EmbedderFolder) {
      folder = place;
      slot.drop();
    },
    /** The user wants the experiment, and with it what its embedder asks of the network. */
    permitFor(spec: RunSpec) {
      const choice = asked(spec);
      if (choice !== null) slot.permit(choiceOf(choice));
    },
    /** What stands between an experiment and its embedder, or `null`. */
    pendingFor(spec: RunSpec): string | null {
      const choice = asked(spec);
      return choice === null ? null : slot.pending(choiceOf(choice));
    },
    /** That of an experiment; `undefined` where none is asked for, or none is chosen. */
    async getFor(spec: RunSpec, signal: AbortSignal, onProgress: (progress: LoadProgress) => void) {
      const choice = asked(spec);
      return choice === null ? undefined : slot.get(choiceOf(choice), signal, onProgress);
    },
  };
}
