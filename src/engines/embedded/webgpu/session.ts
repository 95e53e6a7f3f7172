import { EngineError } from '../../../core/model/engine-error.ts';
import type { SelfTestCheck } from '../../../core/model/language-model.ts';
import { describeLoss, type OnDevice } from '../../device-session.ts';
import { check, difference } from '../../self-test.ts';
import { Slices } from '../../slices.ts';
import type { ScoringCore } from '../core.ts';
import type { Safetensors } from '../safetensors.ts';
import { score } from '../score.ts';
import { startGpuCore } from './core.ts';
import { requestGpu } from './device.ts';

/** The model on a device, compared there with the same model on WASM. */
export interface GpuSession extends OnDevice {
  /** Vendor and architecture of the graphics card. */
  readonly name: string;
  readonly core: ScoringCore;
  readonly check: SelfTestCheck;
}

const TOLERANCE = 1e-3;

const PROMPTS = [
  { prompt: 'Text: the same prompt is read twice, once here and once there.\nLabel:', continuations: [' yes', ' no'] },
  { prompt: 'Text: the same prompt\nLabel: yes\n\nText: read once more\nLabel:', continuations: [' a longer answer'] },
];

/** Puts the model on a device and compares its scores with those of `wasm`; every opening anew. */
export async function openGpu(wasm: ScoringCore, file: Safetensors, cacheBytes: number): Promise<GpuSession> {
  const { device, name } = await requestGpu(wasm.config);
  const lost = Promise.race([device.lost.then(describeLoss), firstFault(device)]);
  const start = async () => {
    const core = await startGpuCore(device, wasm, file, cacheBytes);
    const here = await score(wasm, PROMPTS, new Slices(undefined));
    const there = await score(core, PROMPTS, new Slices(undefined));
    return { core, check: check('WebGPU gives the numbers of WASM', difference(here, there.results), TOLERANCE) };
  };
  try {
    const started = await Promise.race([start(), lost.then((reason) => Promise.reject(new Error(reason)))]);
    return { name, lost, ...started, dispose: () => device.destroy() };
  } catch (error) {
    device.destroy();
    throw error instanceof EngineError ? error : failed(error);
  }
}

/** What a device does after an error that nobody waits for cannot be trusted: it counts as lost. */
const firstFault = (device: GPUDevice): Promise<string> =>
  new Promise((resolve) => {
    device.addEventListener('uncapturederror', ({ error }) => resolve(error.message), { once: true });
  });

const failed = (cause: unknown): EngineError =>
  new EngineError(
    'device-lost',
    `The graphics card gave up while the model was put on it (${cause instanceof Error ? cause.message : String(cause)}). Try again, or choose WASM under Models.`,
    { recoverable: true, cause },
  );
