import { EngineError } from '../../../core/model/engine-error.ts';
import type { Reader, ScoringCore } from '../core.ts';
import { slotBytes } from '../forward.ts';
import type { Safetensors } from '../safetensors.ts';
import { SlotTree } from '../slot-tree.ts';
import { Walker } from '../walk.ts';
import { GpuForward } from './forward.ts';
import { GpuHead } from './head.ts';
import { Kernels } from './kernels.ts';
import { ROWS } from './rows.ts';
import { uploadWeights } from './weights.ts';

/** The model on a GPU, for scoring. */
export async function startGpuCore(
  device: GPUDevice,
  { config, codec }: Reader,
  file: Safetensors,
  cacheBytes: number,
): Promise<ScoringCore> {
  device.pushErrorScope('out-of-memory');
  device.pushErrorScope('validation');
  const keptSlots = Math.floor(cacheBytes / slotBytes(config));
  const widest = Math.max(config.hidden, config.kvHeads * config.headWidth) * 4;
  const most = Math.floor(device.limits.maxStorageBufferBindingSize / widest);
  const capacity = Math.min(most, Math.max(keptSlots, config.contextLength + 2 * ROWS));
  const known = new Uint8Array(capacity);
  const tree = new SlotTree(capacity, config.vocabulary, (slot) => {
    known[slot] = 0;
  });
  const weights = uploadWeights(device, file, config);
  const kernels = new Kernels(device);
  const forward = new GpuForward(config, weights, kernels, tree);
  const head = new GpuHead(config, weights, kernels, forward.hidden);
  for (const scope of [await device.popErrorScope(), await device.popErrorScope()]) {
    if (scope !== null)
      throw new EngineError(
        'no-capability',
        `The graphics card refuses the model: ${scope.message}. Choose WASM under Models.`,
      );
  }
  const walker = new Walker(tree, forward, config.layers, known);
  return { config, codec, tree, walker, head, keptSlots: Math.min(keptSlots, capacity) };
}
