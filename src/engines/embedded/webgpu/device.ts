import { EngineError } from '../../../core/model/engine-error.ts';
import type { ModelConfig } from '../config.ts';
import { LANES } from './shaders.ts';

export interface Gpu {
  readonly device: GPUDevice;
  /** Vendor and architecture as the browser tells them. */
  readonly name: string;
}

/** A device, or an error that says why there is none. */
export async function requestGpu(config: ModelConfig): Promise<Gpu> {
  if (config.headWidth > LANES) throw unusable(`attention heads are ${config.headWidth} wide, more than ${LANES}`);
  const gpu = (globalThis.navigator as Navigator | undefined)?.gpu;
  if (gpu === undefined) throw unusable('this browser has no WebGPU');
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw unusable('the browser gives no graphics adapter');
  const size = config.vocabulary * config.hidden * 4;
  const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
  if (size > Math.min(maxStorageBufferBindingSize, maxBufferSize))
    throw unusable('its buffers are too small for the model');
  const device = await adapter.requestDevice({ requiredLimits: { maxStorageBufferBindingSize, maxBufferSize } });
  const { vendor, architecture } = adapter.info;
  return {
    device,
    name: [vendor, architecture].filter((part) => part !== '').join(' ') || 'unnamed',
  };
}

const unusable = (reason: string): EngineError =>
  new EngineError('no-capability', `The model cannot run on the graphics card: ${reason}. Choose WASM under Models.`);
