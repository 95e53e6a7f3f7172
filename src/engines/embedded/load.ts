import { throwIfAborted } from '../../core/model/engine-error.ts';
import type { ScoreBatch } from '../../core/model/language-model.ts';
import { buildPrefixTree } from '../../core/run/prefix-tree.ts';
import type { AssetSource } from '../assets/asset-source.ts';
import { check, checkScores, requirePassed } from '../self-test.ts';
import { Slices } from '../slices.ts';
import { parseConfig } from './config.ts';
import type { Core, ScoringCore } from './core.ts';
import { startCore } from './core.ts';
import { EmbeddedModel } from './engine.ts';
import { badModel, REQUIRED } from './manifest.ts';
import type { LoadOptions } from './model-files.ts';
import { readModelFiles } from './model-files.ts';
import { Safetensors } from './safetensors.ts';
import { score } from './score.ts';
import { TextCodec } from './tokenizer.ts';

/** Bytes of keys and values that stay between calls. */
export const CACHE_BYTES = 96 << 20;

export interface EmbeddedOptions extends LoadOptions {
  readonly modelId: string;
  readonly assets: AssetSource;
  readonly wasm: () => Promise<Uint8Array<ArrayBuffer>>;
  readonly cacheBytes?: number | undefined;
  /** Where prompts are scored. All else runs on WASM always. */
  readonly backend?: Backend | undefined;
}

export type Backend = 'wasm' | 'webgpu';

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
  const tensors = new Safetensors(file('model.safetensors'));
  const core = await startCore(config, codec, tensors, await wasm, cacheBytes);
  const gpu = options.backend === 'webgpu' ? await startGpu(core, tensors, cacheBytes) : undefined;
  throwIfAborted(signal);
  const model = new EmbeddedModel(
    core,
    {
      engine: 'embedded',
      id: manifest.id,
      revision: manifest.revision,
      files: [...REQUIRED].sort().map((name) => ({ name, sha256: manifest.files[name]?.sha256 ?? '' })),
      backend: gpu === undefined ? 'wasm-simd' : `webgpu (${gpu.name})`,
      precision: core.weights.precision,
    },
    manifest.embedLayer,
    gpu?.scoring,
  );
  onProgress?.({ phase: 'self-test' });
  model.selfTest = requirePassed([
    ...(await checkScores(model)),
    check('probabilities over the vocabulary sum to one', await massError(core), 1e-3),
    ...(gpu === undefined
      ? []
      : [check('WebGPU gives the numbers of WASM', await differences(core, gpu.scoring), 1e-3)]),
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

async function startGpu(core: Core, file: Safetensors, cacheBytes: number) {
  const [{ requestGpu }, { startGpuCore }] = await Promise.all([
    import('./webgpu/device.ts'),
    import('./webgpu/core.ts'),
  ]);
  const { device, name } = await requestGpu(core.config);
  return { name, scoring: await startGpuCore(device, core, file, cacheBytes) };
}

/** The largest difference between the scores of two back ends, in nats. */
async function differences(core: Core, other: ScoringCore): Promise<number> {
  const requests = [
    {
      prompt: 'Text: the same prompt is read twice, once here and once there.\nLabel:',
      continuations: [' yes', ' no'],
    },
    {
      prompt: 'Text: the same prompt\nLabel: yes\n\nText: read once more\nLabel:',
      continuations: [' a longer answer'],
    },
  ];
  const [a, b] = await Promise.all([core, other].map((c) => score(c, requests, new Slices(undefined))));
  const flat = (batch: ScoreBatch | undefined) =>
    (batch?.results ?? []).flatMap((result) => result.scores.flatMap((s) => s.tokenLogprobs));
  const theirs = flat(b);
  return Math.max(...flat(a).map((value, i) => Math.abs(value - (theirs[i] ?? Number.NaN))));
}
