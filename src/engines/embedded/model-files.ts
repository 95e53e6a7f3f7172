import { EngineError } from '../../core/model/engine-error.ts';
import type { LoadProgress } from '../../core/model/language-model.ts';
import type { AssetSource } from '../assets/asset-source.ts';
import { sha256Hex } from '../assets/sha256.ts';
import type { RequiredFile } from './manifest.ts';
import { Manifest, parseModelJson } from './manifest.ts';

export interface LoadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

export interface ModelFiles {
  readonly manifest: Manifest;
  readonly file: (name: RequiredFile) => Uint8Array<ArrayBuffer>;
}

const NEEDED: readonly RequiredFile[] = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'];

/** The files the engine needs, each checked against the manifest before anything reads it. */
export async function readModelFiles(
  modelId: string,
  assets: AssetSource,
  { signal, onProgress }: LoadOptions = {},
): Promise<ModelFiles> {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(modelId)) {
    throw new EngineError('bad-request', `"${modelId}" is not a model id. Choose one of the models that are listed.`);
  }
  const folder = `models/${modelId}`;
  const manifest = parseModelJson('manifest.json', await assets.read(`${folder}/manifest.json`, { signal }), Manifest);
  const total = NEEDED.reduce((sum, name) => sum + entry(manifest, name).bytes, 0);
  const done = new Map<string, number>();
  const report = (name: string, bytes: number) => {
    done.set(name, bytes);
    onProgress?.({ phase: 'download', done: [...done.values()].reduce((sum, n) => sum + n, 0), total });
  };
  const contents = new Map(
    await Promise.all(
      NEEDED.map(async (name) => {
        const expected = entry(manifest, name);
        const bytes = await assets.read(`${folder}/${name}`, { signal, expected, onProgress: (n) => report(name, n) });
        return [name, bytes] as const;
      }),
    ),
  );
  onProgress?.({ phase: 'verify' });
  for (const [name, bytes] of contents) {
    const expected = entry(manifest, name).sha256;
    const got = await sha256Hex(bytes);
    if (got !== expected) throw wrongHash(`${folder}/${name}`, expected, got);
  }
  return { manifest, file: (name) => contents.get(name) as Uint8Array<ArrayBuffer> };
}

const entry = (manifest: Manifest, name: RequiredFile) => manifest.files[name] as Manifest['files'][string];

const wrongHash = (file: string, expected: string, got: string): EngineError =>
  new EngineError(
    'wrong-hash',
    `The file ${file} is not the one that this model was published with: its SHA-256 is ${got}, expected ${expected}. ` +
      'Reload the page without the cache; if that does not help, download the model again.',
    { recoverable: true },
  );
