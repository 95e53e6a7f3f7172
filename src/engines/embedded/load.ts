import { throwIfAborted } from '../../core/model/engine-error.ts';
import { buildPrefixTree } from '../../core/run/prefix-tree.ts';
import type { AssetSource } from '../assets/asset-source.ts';
import { check, checkScores, requirePassed } from '../self-test.ts';
import { Slices } from '../slices.ts';
import { parseConfig } from './config.ts';
import type { Core } from './core.ts';
import { startCore } from './core.ts';
import { EmbeddedModel } from './engine.ts';
import { badModel } from './manifest.ts';
import type { LoadOptions } from './model-files.ts';
import { readModelFiles } from './model-files.ts';
import { Safetensors } from './safetensors.ts';
import { TextCodec } from './tokenizer.ts';

/** Bytes of keys and values that stay between calls. */
export const CACHE_BYTES = 96 << 20;

export interface EmbeddedOptions extends LoadOptions {
  readonly modelId: string;
  readonly assets: AssetSource;
  readonly wasm: () => Promise<Uint8Array<ArrayBuffer>>;
  readonly cacheBytes?: number | undefined;
}

export async function loadEmbedded(options: EmbeddedOptions): Promise<EmbeddedModel> {
  const { modelId, assets, signal, onProgress, cacheBytes = CACHE_BYTES } = options;
  const wasm = options.wasm();
  wasm.catch(() => {}); // Reported below; the model's files may fail first.
  const { manifest, file } = await readModelFiles(modelId, assets, { signal, onProgress });
  onProgress?.({ phase: 'prepare' });
  const config = parseConfig(file('config.json'));
  if (manifest.id !== modelId) throw badModel(`manifest.json is that of ${manifest.id}, not of ${modelId}`);
  if (manifest.embedLayer > config.layers)
    throw badModel(`manifest.json: embedLayer is ${manifest.embedLayer}; the model has ${config.layers} layers`);
  const codec = new TextCodec(file('tokenizer.json'), file('tokenizer_config.json'), config.vocabulary);
  const core = await startCore(config, codec, new Safetensors(file('model.safetensors')), await wasm, cacheBytes);
  throwIfAborted(signal);
  const model = new EmbeddedModel(
    core,
    {
      engine: 'embedded',
      id: manifest.id,
      revision: manifest.revision,
      files: Object.entries(manifest.files)
        .map(([name, { sha256 }]) => ({ name, sha256 }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
      backend: 'wasm-simd',
      precision: core.weights.precision,
    },
    manifest.embedLayer,
  );
  onProgress?.({ phase: 'self-test' });
  model.selfTest = requirePassed([
    ...(await checkScores(model)),
    check('probabilities over the vocabulary sum to one', await massError(core), 1e-3),
  ]);
  model.clearCache();
  throwIfAborted(signal);
  onProgress?.({ phase: 'ready' });
  return model;
}

/** How far the probabilities of all tokens after the start token are from one. */
async function massError(core: Core): Promise<number> {
  let mass = 0;
  const onHidden = (_: number, slot: number) =>
    core.head.push(slot, (logits, logSum) => {
      for (const logit of logits) mass += Math.exp(logit - logSum);
    });
  await core.walker.walk(
    { plan: buildPrefixTree([[core.config.bos]]), wanted: Uint8Array.of(1), onHidden },
    new Slices(undefined),
  );
  core.head.flush();
  return Number.isNaN(mass) ? Number.POSITIVE_INFINITY : Math.abs(mass - 1);
}
