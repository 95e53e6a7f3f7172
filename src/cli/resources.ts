import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { usageError } from '../core/errors.ts';
import type { LanguageModel } from '../core/model/language-model.ts';
import { parseOnnxId } from '../core/model/onnx-id.ts';
import { runsOn } from '../core/model/runs-on.ts';
import type { ModelChoice } from '../core/run/spec.ts';
import { fsAssets } from '../engines/assets/fs-assets.ts';
import { loadEmbeddedInNode } from '../engines/embedded/node.ts';
import { connectServer, OPENAI_ENGINE } from '../engines/openai/index.ts';
import { TRANSFORMERS_ENGINE } from '../engines/transformers/load.ts';
import { loadTransformersInNode } from '../engines/transformers/node.ts';
import { type ModelPlace, NOWHERE } from './engine-option.ts';
import { downloadLine, say } from './output.ts';

export const publicDir = fileURLToPath(new URL('../../public/', import.meta.url));

export const assets = fsAssets(publicDir);

export const DEFAULT_MODEL: ModelChoice = { engine: 'embedded', id: 'knowshot-mini' };

/** Keys come from the environment: arguments can be read by every user of the machine. */
export const apiKey = (): string | undefined => process.env.KNOWSHOT_API_KEY;

/** Ids of the models under `public/models`. */
export function embeddedModels(): string[] {
  const folder = join(publicDir, 'models');
  return readdirSync(folder).filter((id) => existsSync(join(folder, id, 'manifest.json')));
}

export function requireEmbedded(id: string): void {
  const known = embeddedModels();
  if (!known.includes(id)) throw usageError(`There is no embedded model "${id}". Here are: ${known.join(', ')}.`);
}

const CONCURRENCY = 16;

type Load = (choice: ModelChoice, place: ModelPlace, signal: AbortSignal | undefined) => Promise<LanguageModel>;

/** Engines that run in a terminal, by the name a spec gives them. */
const engines: Readonly<Record<string, Load>> = {
  embedded: ({ id }, _, signal) => {
    requireEmbedded(id);
    return loadEmbeddedInNode({ modelId: id, publicDir, ...(signal === undefined ? {} : { signal }) });
  },
  [OPENAI_ENGINE]: async ({ id }, { where, concurrency = CONCURRENCY, contextLength }, signal) => {
    if (where === undefined)
      throw usageError(`This experiment runs on "${id}" of a server. Say where it is: --engine openai:URL.`);
    return connectServer({
      url: where,
      model: id === '' ? undefined : id,
      apiKey: apiKey(),
      concurrency,
      contextLength,
      signal,
    });
  },
  [TRANSFORMERS_ENGINE]: ({ id }, { where = id, dtype }, signal) => {
    const named = parseOnnxId(where);
    return loadTransformersInNode({
      model: named?.model ?? where,
      dtype: dtype ?? named?.dtype,
      signal,
      onProgress: downloadLine(),
    });
  },
};

/** Loads the model a spec names. Only engines that run in a terminal can be named here. */
export async function loadModel(choice: ModelChoice, signal?: AbortSignal, place = NOWHERE): Promise<LanguageModel> {
  const load = Object.hasOwn(engines, choice.engine) ? engines[choice.engine] : undefined;
  if (load === undefined) {
    const known = Object.keys(engines).join(', ');
    throw usageError(`The engine "${choice.engine}" does not run in the terminal. Known: ${known}.`);
  }
  const model = await load(choice, place, signal);
  const { id, revision } = model.identity;
  say(`model ${id} ${revision} (${runsOn(model.identity)})`);
  return model;
}

/** Refuses a model that cannot score, in its own words. */
export async function requireScoring(model: LanguageModel): Promise<void> {
  if (!model.capabilities.has('logprobs')) await model.score([{ prompt: 'one', continuations: [' two'] }]);
}

/** Aborts on Ctrl-C; a second one ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return controller.signal;
}
