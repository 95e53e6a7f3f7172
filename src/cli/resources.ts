import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { usageError } from '../core/errors.ts';
import type { LanguageModel } from '../core/model/language-model.ts';
import type { ModelChoice } from '../core/run/spec.ts';
import { fsAssets } from '../engines/assets/fs-assets.ts';
import { loadEmbeddedInNode } from '../engines/embedded/node.ts';
import { say } from './output.ts';

export const publicDir = fileURLToPath(new URL('../../public/', import.meta.url));

export const assets = fsAssets(publicDir);

export const DEFAULT_MODEL: ModelChoice = { engine: 'embedded', id: 'knowshot-mini' };

/** Ids of the models under `public/models`. */
export function embeddedModels(): string[] {
  const folder = join(publicDir, 'models');
  return readdirSync(folder).filter((id) => existsSync(join(folder, id, 'manifest.json')));
}

export function requireEmbedded(id: string): void {
  const known = embeddedModels();
  if (!known.includes(id)) throw usageError(`There is no embedded model "${id}". Here are: ${known.join(', ')}.`);
}

/** Loads the model a spec names. Only engines that run in a terminal can be named here. */
export async function loadModel(choice: ModelChoice, signal?: AbortSignal): Promise<LanguageModel> {
  if (choice.engine !== 'embedded') {
    throw usageError(`The engine "${choice.engine}" does not run in the terminal. Known: embedded.`);
  }
  requireEmbedded(choice.id);
  const model = await loadEmbeddedInNode({
    modelId: choice.id,
    publicDir,
    ...(signal === undefined ? {} : { signal }),
  });
  const { id, revision, backend, precision } = model.identity;
  say(`model ${id} ${revision} (${backend}, ${precision})`);
  return model;
}

/** Aborts on Ctrl-C; a second one ends the process at once. */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return controller.signal;
}
