import { throwIfAborted } from '../../core/model/engine-error.ts';
import type { LanguageModel, LoadProgress } from '../../core/model/language-model.ts';
import type { Machine } from '../../core/model/machine.ts';
import { type DownloadOptions, totalBytes } from '../hub/download.ts';
import { fileHashes } from '../hub/hashes.ts';
import type { ModelStore } from '../hub/store.ts';
import { choose, LIBRARIES } from './catalog.ts';
import { WebLlmModel } from './engine.ts';
import { provideFiles, readChatConfig } from './files.ts';
import type { Opened, OpenOptions } from './open.ts';
import { testedSession } from './self-test.ts';
import { sessionOf } from './session.ts';

export interface WebLlmOptions {
  readonly modelId: string;
  readonly store: ModelStore;
  readonly machine: Machine;
  readonly fetch: DownloadOptions['fetch'];
  readonly open: (options: OpenOptions) => Promise<Opened>;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
  readonly sleep?: DownloadOptions['sleep'];
  /** Also ask the model a question whose answer every trained model knows; `false` for weights that mean nothing. */
  readonly trained?: boolean | undefined;
}

/** Downloads what is missing of a model, checks all of it, starts it on the GPU and tests it. */
export async function loadWebLlm(options: WebLlmOptions): Promise<LanguageModel> {
  const { modelId, store, machine, open, signal, onProgress, trained = true } = options;
  const chosen = choose(modelId, machine.gpu?.f16 ?? false);
  const { arithmetic } = chosen.variant;
  const plan = await provideFiles(chosen, options);
  const config = await readChatConfig(plan, store);
  const total = totalBytes(plan.files);
  onProgress?.({ phase: 'prepare' });
  const onShare = (share: number) => onProgress?.({ phase: 'prepare', done: Math.round(share * total), total });
  const opened = await open({ chosen, revision: plan.revision, signal, onShare });
  try {
    onProgress?.({ phase: 'self-test' });
    const { session, keeps, checks } = await testedSession(
      (keep) => sessionOf(chosen, opened, config, keep),
      arithmetic,
      trained,
      signal,
    );
    const model = new WebLlmModel(
      session,
      async () => sessionOf(chosen, await open({ chosen, revision: plan.revision }), config, keeps),
      {
        engine: 'web-llm',
        id: chosen.variant.id,
        revision: `${plan.revision.slice(0, 12)}, library ${LIBRARIES}`,
        files: await fileHashes(plan, store),
        backend: `webgpu (${machine.gpu?.name ?? 'unnamed'})${keeps ? '' : ', every prompt computed whole'}`,
        precision: `4-bit weights, ${arithmetic} arithmetic`,
      },
      checks,
    );
    throwIfAborted(signal);
    onProgress?.({ phase: 'ready' });
    return model;
  } catch (error) {
    opened.dispose();
    throw error;
  }
}
