import type { Arithmetic, Machine } from './machine.ts';

/** What a model on the GPU asks of the machine. */
export interface Need {
  readonly arithmetic: Arithmetic;
  /** Memory that weights, cache and buffers take, in MB. */
  readonly memoryMB: number;
  /** Bytes of the largest tensor. */
  readonly largestBuffer: number;
  readonly downloadBytes: number;
}

export type Fit =
  | { readonly kind: 'fits' }
  /** It may work; the text says what speaks against it. */
  | { readonly kind: 'tight'; readonly reason: string }
  | { readonly kind: 'no'; readonly code: 'no-capability' | 'out-of-memory' | 'quota'; readonly reason: string };

/** What web-llm asks of every device, whatever the model. */
const LEAST = { maxStorageBuffersPerShaderStage: 10, maxComputeWorkgroupStorageSize: 32 << 10 } as const;

/** The browser tells no more than this much memory, so it says nothing about machines that have more. */
const MEMORY_CAP_GB = 8;

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;
const no = (code: Extract<Fit, { kind: 'no' }>['code'], reason: string): Fit => ({ kind: 'no', code, reason });

/**
 * Whether a model can run here, as far as a browser tells before anything is downloaded. WebGPU keeps the size of the GPU's
 * memory to itself: its limits rule out a buffer, main memory rules out or warns of the whole.
 * @param present bytes of the download that are here already.
 */
export function fitOf(need: Need, machine: Machine, present = 0): Fit {
  const { gpu, gpuProblem, memoryGB, storage } = machine;
  if (gpu === null) return no('no-capability', gpuProblem ?? 'There is no GPU.');
  if (need.arithmetic === 'f16' && !gpu.f16) {
    return no(
      'no-capability',
      `This GPU (${gpu.name}) does not compute in half precision (shader-f16). Choose the f32 variant of the model.`,
    );
  }
  for (const [limit, least] of Object.entries(LEAST) as [keyof typeof LEAST, number][]) {
    if (gpu[limit] < least)
      return no(
        'no-capability',
        `This GPU's ${limit} is ${gpu[limit]}; the model needs ${least}. Try another browser.`,
      );
  }
  const largest = Math.min(gpu.maxBufferSize, gpu.maxStorageBufferBindingSize);
  if (need.largestBuffer > largest) {
    return no(
      'out-of-memory',
      `The model's largest tensor takes ${megabytes(need.largestBuffer)}; this GPU allows buffers of ${megabytes(largest)}. Choose a smaller model.`,
    );
  }
  const missing = need.downloadBytes - present;
  if (storage !== null && storage.quota - storage.usage < missing) {
    return no(
      'quota',
      `The download takes ${megabytes(missing)}; the browser leaves this page ${megabytes(storage.quota - storage.usage)}. Delete a model, free space on the disk, or choose a smaller model.`,
    );
  }
  if (gpu.software)
    return { kind: 'tight', reason: `The processor plays the GPU here (${gpu.name}): a prompt takes minutes.` };
  if (memoryGB === null || need.memoryMB < memoryGB * 512) return { kind: 'fits' };
  const memory = `The model takes ${Math.round(need.memoryMB)} MB; this machine has ${memoryGB} GB of memory`;
  if (need.memoryMB >= memoryGB * 1024 && memoryGB < MEMORY_CAP_GB)
    return no('out-of-memory', `${memory}. Choose a smaller model.`);
  return {
    kind: 'tight',
    reason: `${memory}${memoryGB < MEMORY_CAP_GB ? '' : ' or more'}; other programs may have to make room.`,
  };
}
