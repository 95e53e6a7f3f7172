import type { Gpu, Machine } from '../core/model/machine.ts';

type Scope = Pick<Navigator, 'hardwareConcurrency'> & {
  readonly gpu?: Pick<GPU, 'requestAdapter'> | undefined;
  readonly deviceMemory?: number | undefined;
  readonly storage?: Pick<StorageManager, 'estimate'> | undefined;
};

/** @param scope the global object of a page or a worker. */
export async function readMachine(
  scope: {
    readonly navigator: Scope;
    readonly isSecureContext?: boolean;
    readonly crossOriginIsolated?: boolean;
  } = globalThis as never,
): Promise<Machine> {
  const { navigator, isSecureContext = true, crossOriginIsolated = false } = scope;
  const [gpu, storage] = await Promise.all([readGpu(navigator, isSecureContext), readStorage(navigator)]);
  return {
    gpu: typeof gpu === 'string' ? null : gpu,
    gpuProblem: typeof gpu === 'string' ? gpu : null,
    memoryGB: navigator.deviceMemory ?? null,
    cores: navigator.hardwareConcurrency,
    isolated: crossOriginIsolated,
    storage,
  };
}

async function readGpu({ gpu }: Scope, secure: boolean): Promise<Gpu | string> {
  if (gpu === undefined || gpu === null) {
    return secure
      ? 'This browser has no WebGPU. Use a current Chrome, Edge, Firefox or Safari, or choose a model that runs without.'
      : 'WebGPU needs HTTPS or localhost. Open the page there, or choose a model that runs without.';
  }
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
  if (adapter === null) {
    return 'The browser has WebGPU but found no GPU for it. Check that hardware acceleration is on in its settings, or choose a model that runs without.';
  }
  const { limits, features, info } = adapter;
  const name = [info.vendor, info.architecture, info.description].filter((part) => part !== '').join(' ');
  return {
    name: name || 'unnamed GPU',
    software: info.isFallbackAdapter || /swiftshader|llvmpipe|basic render/iu.test(name),
    f16: features.has('shader-f16'),
    maxBufferSize: limits.maxBufferSize,
    maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
    maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
    maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
  };
}

/** What this browser lets the page keep, and what it keeps, in bytes. */
export async function readStorage({ storage }: Pick<Scope, 'storage'>): Promise<Machine['storage']> {
  const { quota, usage } = (await storage?.estimate().catch(() => null)) ?? {};
  return quota === undefined || usage === undefined ? null : { quota, usage };
}
