import { EngineError, throwIfAborted } from '../../core/model/engine-error.ts';
import { buildPrefixTree } from '../../core/run/prefix-tree.ts';
import type { AssetSource } from '../assets/asset-source.ts';
import { DeviceSession } from '../device-session.ts';
import { check, checkScores, requirePassed } from '../self-test.ts';
import { Slices } from '../slices.ts';
import { parseConfig } from './config.ts';
import type { Core } from './core.ts';
import { startCore } from './core.ts';
import { EmbeddedModel } from './engine.ts';
import { badModel, REQUIRED } from './manifest.ts';
import type { LoadOptions } from './model-files.ts';
import { readModelFiles } from './model-files.ts';
import { fusesMultiplyAdd } from './relaxed-simd.ts';
import { Safetensors } from './safetensors.ts';
import { lent, type Threads } from './threads.ts';
import { TextCodec } from './tokenizer.ts';
import type { GpuSession } from './webgpu/session.ts';

/** Bytes of keys and values that stay between calls. */
export const CACHE_BYTES = 96 << 20;

export interface EmbeddedOptions extends LoadOptions {
  readonly modelId: string;
  readonly assets: AssetSource;
  /** Reads kernels.wasm or a variant of it. */
  readonly wasm: (threaded: boolean, relaxed: boolean) => Promise<Uint8Array<ArrayBuffer>>;
  readonly cacheBytes?: number | undefined;
  /** Where prompts are scored. All else runs on WASM always. */
  readonly backend?: Backend | undefined;
  /** What else computes on WASM; the calling thread alone, if not said. */
  readonly threads?: Threads | undefined;
  /** The kernels with fused multiply-add; taken wherever they run, if not said. */
  readonly relaxed?: boolean | undefined;
}

export type Backend = 'wasm' | 'webgpu';

export async function loadEmbedded(options: EmbeddedOptions): Promise<EmbeddedModel> {
  const { modelId, assets, signal, onProgress, cacheBytes = CACHE_BYTES } = options;
  const threads = lent(options.threads);
  const relaxed = relaxedOr(options.relaxed);
  const simd = relaxed ? 'wasm-relaxed-simd' : 'wasm-simd';
  const wasm = options.wasm(threads !== undefined, relaxed);
  wasm.catch(() => {}); // Reported below; the model's files may fail first.
  const { manifest, file } = await readModelFiles(modelId, assets, { signal, onProgress });
  onProgress?.({ phase: 'prepare' });
  const config = parseConfig(file('config.json'));
  if (manifest.id !== modelId) throw badModel(`manifest.json is that of ${manifest.id}, not of ${modelId}`);
  if (manifest.embedLayer > config.layers)
    throw badModel(`manifest.json: embedLayer is ${manifest.embedLayer}; the model has ${config.layers} layers`);
  const codec = await TextCodec.open(file('tokenizer.json'), file('tokenizer_config.json'), config.vocabulary);
  const tensors = new Safetensors(file('model.safetensors'));
  const core = await startCore(config, codec, tensors, await wasm, cacheBytes, threads);
  const gpu = options.backend === 'webgpu' ? await startGpu(core, tensors, cacheBytes) : undefined;
  throwIfAborted(signal);
  const model = new EmbeddedModel(
    core,
    {
      engine: 'embedded',
      id: manifest.id,
      revision: manifest.revision,
      files: [...REQUIRED].sort().map((name) => ({ name, sha256: manifest.files[name]?.sha256 ?? '' })),
      backend: gpu === undefined ? simd : `webgpu (${gpu.current.name}), ${simd}`,
      precision: core.weights.precision,
      threads: (await core.crew?.begin()) ?? '1 thread',
    },
    manifest.embedLayer,
    () => options.wasm(false, relaxed),
    gpu,
  );
  try {
    onProgress?.({ phase: 'self-test' });
    model.selfTest = requirePassed([
      ...(await checkScores(model)),
      check('probabilities over the vocabulary sum to one', await massError(core), 1e-3),
      ...(gpu === undefined ? [] : [gpu.current.check]),
    ]);
    model.clearCache();
    throwIfAborted(signal);
    onProgress?.({ phase: 'ready' });
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Whether the relaxed kernels are taken. */
function relaxedOr(asked: boolean | undefined): boolean {
  const possible = fusesMultiplyAdd();
  if (asked === true && !possible)
    throw new EngineError(
      'bad-request',
      'The kernels with fused multiply-add do not run here: WebAssembly has no relaxed SIMD, or the processor no such instruction. Leave `relaxed` out.',
    );
  return asked ?? possible;
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

/** The scoring part on a GPU; after a loss it is opened there again, and must pass its test again. */
async function startGpu(core: Core, file: Safetensors, cacheBytes: number): Promise<DeviceSession<GpuSession>> {
  const { openGpu } = await import('./webgpu/session.ts');
  const first = await openGpu(core, file, cacheBytes);
  const reopen = async () => {
    const session = await openGpu(core, file, cacheBytes);
    if (session.check.passed && session.name === first.name) return session;
    session.dispose();
    requirePassed([session.check]);
    throw new EngineError(
      'device-lost',
      `The GPU was lost, and the browser now gives another one (${session.name} for ${first.name}). Load the model again; what is finished is kept.`,
    );
  };
  return new DeviceSession(first, reopen, 'choose WASM under Models');
}
