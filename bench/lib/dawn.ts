import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What a graphics card says of itself, and what is asked of it. */
export interface Card {
  readonly info: Readonly<Record<'vendor' | 'architecture' | 'device' | 'description', string>>;
  readonly limits: Readonly<Record<string, number>>;
  readonly features: readonly string[];
  /** Bytes of all buffers that were asked of its devices so far. */
  readonly bytes: () => number;
}

const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
] as const;

/** WebGPU in Node, by Dawn: the unpacked npm package `webgpu`, whose folder KNOWSHOT_DAWN names. */
export async function startDawn(): Promise<Card> {
  const folder = process.env.KNOWSHOT_DAWN;
  const entry = resolve(folder ?? '', 'index.js');
  if (folder === undefined || !existsSync(entry))
    throw new Error(
      `Node has no WebGPU of its own. Set KNOWSHOT_DAWN to the folder of the npm package "webgpu" (npm pack webgpu, unpacked)${folder === undefined ? '' : `; there is no ${join(folder, 'index.js')}`}.`,
    );
  const { create, globals } = (await import(pathToFileURL(entry).href)) as {
    create: (flags: readonly string[]) => GPU;
    globals: { GPUDevice: typeof GPUDevice };
  };
  let bytes = 0;
  const { createBuffer } = globals.GPUDevice.prototype;
  globals.GPUDevice.prototype.createBuffer = function (descriptor) {
    bytes += descriptor.size;
    return createBuffer.call(this, descriptor);
  };
  const gpu = create([]);
  // Node has had a navigator since version 21.
  if (globalThis.navigator === undefined) Object.assign(globalThis, { navigator: {} });
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu });
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null)
    throw new Error('Dawn finds no graphics adapter. Install a Vulkan driver, or name it by VK_DRIVER_FILES.');
  const { vendor, architecture, device, description } = adapter.info;
  return {
    info: { vendor, architecture, device, description },
    limits: Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name]])),
    features: [...adapter.features].sort(),
    bytes: () => bytes,
  };
}
