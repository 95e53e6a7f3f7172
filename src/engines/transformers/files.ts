import * as v from 'valibot';
import { digestOf } from '../../core/hash.ts';
import type { LoadProgress, ModelIdentity } from '../../core/model/language-model.ts';
import { sha256Hex } from '../assets/sha256.ts';
import { hubAddresses } from '../hub/addresses.ts';
import { type DownloadOptions, download, verify } from '../hub/download.ts';
import { fileHashes } from '../hub/hashes.ts';
import { HubListing, Plan, planned, readListing } from '../hub/listing.ts';
import type { ModelStore } from '../hub/store.ts';
import { bad } from './decoder.ts';
import { DTYPES, type Dtype, SUFFIXES } from './runtime.ts';
import { ONNX_CACHE } from './store.ts';

/** A model's files, each found right. */
export interface ProvidedFiles {
  readonly revision: string;
  readonly files: ModelIdentity['files'];
  /** `undefined` of a file that the model does not have. */
  readonly read: (name: string) => Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/** What is read of a model beside its graph. */
const BESIDE = ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'] as const;

export const graphName = (dtype: Dtype): string => `onnx/model${SUFFIXES[dtype]}.onnx`;

/** Files that loading a number type reads, of those that are there. Large graphs keep their weights in files beside them. */
export const neededFiles = (names: readonly string[], dtype: Dtype): string[] =>
  names
    .filter(
      (name) =>
        (BESIDE as readonly string[]).includes(name) ||
        name === graphName(dtype) ||
        name.startsWith(`${graphName(dtype)}_data`),
    )
    .sort();

export interface HubSource {
  /** `owner/name` of the Hugging Face Hub. */
  readonly model: string;
  readonly dtype: Dtype;
  readonly revision?: string | undefined;
}

export interface HubOptions extends DownloadOptions {
  readonly store: ModelStore;
}

/**
 * The files of a model of the hub, at the revision that its listing names when it is first asked for. A model that is here whole asks
 * the network for nothing.
 */
export async function filesOfHub(source: HubSource, options: HubOptions): Promise<ProvidedFiles & { plan: Plan }> {
  const { store, signal, onProgress } = options;
  const { model, dtype, revision } = source;
  const at = hubAddresses(model, revision);
  const key = `${at.repository}?type=${dtype}&revision=${encodeURIComponent(revision ?? 'main')}`;
  const known = await store.entry(key);
  const plan = known?.plan ?? (await planOf(source, options));
  const entry = { id: `${model}:${dtype}`, plan };
  if (known === undefined) await store.putEntry(key, { ...entry, complete: false });
  const missing = await verify(plan, store, { signal, onProgress });
  await download(plan, missing, store, options);
  if (known?.complete !== true) await store.putEntry(key, { ...entry, complete: true });
  return {
    plan,
    revision: plan.revision,
    files: await fileHashes(plan, store),
    read: async (name) => {
      const file = plan.files.find((other) => other.name === name);
      return file && store.read(file);
    },
  };
}

async function planOf({ model, dtype, revision }: HubSource, { fetch, signal }: HubOptions): Promise<Plan> {
  const at = hubAddresses(model, revision);
  const { sha, siblings } = await readListing(at.listing, HubListing, fetch, signal);
  const named = new Map(siblings.map((file) => [file.rfilename, file]));
  requireGraph(model, [...named.keys()], dtype);
  const files = neededFiles([...named.keys()], dtype).map((name) =>
    planned(name, at.file(sha, name), ONNX_CACHE, named.get(name)),
  );
  const checked = v.safeParse(Plan, { revision: sha, files });
  if (checked.success) return checked.output;
  throw bad(`the listing of ${model} does not say what each file is: ${checked.issues[0].message}`);
}

function requireGraph(model: string, names: readonly string[], dtype: Dtype): void {
  if (names.includes(graphName(dtype))) return;
  const there = DTYPES.filter((other) => names.includes(graphName(other)));
  throw bad(
    there.length === 0
      ? `${model} holds no onnx/model*.onnx. Choose a model that was exported to ONNX`
      : `${model} lacks ${graphName(dtype)}, the file of the number type ${dtype}. It has: ${there.join(', ')}. Choose one of these or another model`,
  );
}

/** The first number type of a folder's files, f32 before the others. */
export function firstDtype(folder: string, names: readonly string[]): Dtype {
  const found = DTYPES.find((dtype) => names.includes(graphName(dtype)));
  if (found === undefined) throw bad(`${folder} holds no onnx/model*.onnx`);
  return found;
}

/** A folder's file by its path inside. */
export interface FolderFile {
  readonly path: string;
  readonly file: Blob;
}

/** Files of a folder that the user chose in the browser; nothing is asked of the network. */
export async function filesOfFolder(
  folder: readonly FolderFile[],
  dtype: Dtype,
  onProgress: ((progress: LoadProgress) => void) | undefined,
): Promise<ProvidedFiles> {
  const names = neededFiles(
    folder.map(({ path }) => path),
    dtype,
  );
  const byName = new Map(folder.map(({ path, file }) => [path, file]));
  const read = async (name: string) => {
    const file = names.includes(name) ? byName.get(name) : undefined;
    return file && new Uint8Array(await file.arrayBuffer());
  };
  onProgress?.({ phase: 'verify' });
  const files: { name: string; sha256: string }[] = [];
  for (const name of names)
    files.push({ name, sha256: await sha256Hex((await read(name)) as Uint8Array<ArrayBuffer>) });
  return { revision: contentRevision(files), files, read };
}

/** Of files that no one gave a revision: the beginning of their hashes' hash. */
export const contentRevision = (files: ModelIdentity['files']): string => digestOf(files).slice(0, 12);
