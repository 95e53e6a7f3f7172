/** What a model runs with on a GPU: half precision is faster and smaller, and repeats itself to two decimals only. */
export type Arithmetic = 'f16' | 'f32';

/** What this browser lets a model have. */
export interface Machine {
  readonly gpu: Gpu | null;
  /** Why there is no GPU, as a sentence with a way out. */
  readonly gpuProblem: string | null;
  /** Main memory in GB as the browser tells it: rounded, and 8 may mean more; `null` where it does not tell. */
  readonly memoryGB: number | null;
  readonly cores: number;
  /** Whether the page is cross-origin isolated, which threads of WebAssembly need. */
  readonly isolated: boolean;
  /** Bytes that the browser lets this page keep; `null` where it does not tell. */
  readonly storage: { readonly quota: number; readonly usage: number } | null;
}

export interface Gpu {
  readonly name: string;
  readonly f16: boolean;
  /** Whether the processor plays the GPU: right numbers, and minutes for each. */
  readonly software: boolean;
  /** Bytes of the largest buffer, and of the largest that a shader can read. */
  readonly maxBufferSize: number;
  readonly maxStorageBufferBindingSize: number;
  readonly maxStorageBuffersPerShaderStage: number;
  readonly maxComputeWorkgroupStorageSize: number;
}
