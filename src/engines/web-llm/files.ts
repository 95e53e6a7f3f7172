import * as v from 'valibot';
import { EngineError } from '../../core/model/engine-error.ts';
import { fitOf } from '../../core/model/fit.ts';
import type { Machine } from '../../core/model/machine.ts';
import { type DownloadOptions, download, totalBytes, verify } from '../hub/download.ts';
import type { Plan } from '../hub/listing.ts';
import type { ModelStore } from '../hub/store.ts';
import { addresses, type Chosen, downloadBytes, needOf } from './catalog.ts';
import { ChatConfig } from './chat.ts';
import { planDownload } from './listing.ts';
import { badModel } from './session.ts';

export interface FilesOptions extends DownloadOptions {
  readonly store: ModelStore;
  readonly machine: Machine;
}

/** All files of the model, each found right. A model that is here whole asks the network for nothing. */
export async function provideFiles(chosen: Chosen, options: FilesOptions): Promise<Plan> {
  const { store, machine, fetch, signal, onProgress, sleep } = options;
  const at = addresses(chosen);
  const refuseUnlessFits = (missing: number) => {
    const fit = fitOf({ ...needOf(chosen.model, chosen.variant), downloadBytes: missing }, machine);
    if (fit.kind === 'no') throw new EngineError(fit.code, fit.reason, { recoverable: true });
  };
  const known = await store.entry(at.repository);
  refuseUnlessFits(known ? 0 : downloadBytes(chosen.model, chosen.variant));
  const plan = known?.plan ?? (await planDownload(at, fetch, signal));
  if (!known) await store.putEntry(at.repository, { id: chosen.variant.id, plan, complete: false });
  const missing = await verify(plan, store, { signal, onProgress });
  if (missing.length > 0) {
    refuseUnlessFits(totalBytes(missing));
    await download(plan, missing, store, { fetch, signal, onProgress, sleep });
  }
  await requireNamed(plan, store);
  await store.putEntry(at.repository, { id: chosen.variant.id, plan, complete: true });
  return plan;
}

const TensorIndex = v.object({ records: v.array(v.object({ dataPath: v.string() })) });

/** web-llm loads the shards that tensor-cache.json names; one that the plan does not have would come unchecked. */
async function requireNamed(plan: Plan, store: ModelStore): Promise<void> {
  const names = new Set(plan.files.map((file) => file.name));
  const index = v.safeParse(TensorIndex, await readJson(plan, 'tensor-cache.json', store));
  if (!index.success) throw badModel(`tensor-cache.json: ${index.issues[0].message}`);
  const stray = index.output.records.find(({ dataPath }) => !names.has(dataPath));
  if (stray) throw badModel(`tensor-cache.json names ${stray.dataPath}, which its repository does not list`);
}

export async function readChatConfig(plan: Plan, store: ModelStore): Promise<ChatConfig> {
  const result = v.safeParse(ChatConfig, await readJson(plan, 'mlc-chat-config.json', store));
  if (result.success) return result.output;
  throw badModel(`mlc-chat-config.json: ${v.getDotPath(result.issues[0]) ?? ''}: ${result.issues[0].message}`);
}

async function readJson(plan: Plan, name: string, store: ModelStore): Promise<unknown> {
  const file = plan.files.find((planned) => planned.name === name);
  const bytes = file && (await store.read(file));
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw badModel(`${name} is not JSON`, cause);
  }
}
