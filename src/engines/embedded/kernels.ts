import { EngineError } from '../../core/model/engine-error.ts';

/** The functions of kernels.wasm; see kernels/*.ts for their meaning. All arguments are i32 (addresses are bytes) or f32. */
export interface Kernels {
  matmul(a: number, w: number, c: number, m: number, k: number, n: number, ldc: number, add: number): void;
  packF32(source: number, w: number, firstRow: number, n: number, k: number): void;
  packI8(source: number, scales: number, w: number, firstRow: number, n: number, k: number): void;
  gatherRows(w: number, ids: number, out: number, count: number, k: number): void;
  rmsNorm(x: number, weight: number, out: number, rows: number, width: number, eps: number): void;
  rotateInto(
    x: number,
    stride: number,
    rows: number,
    heads: number,
    half: number,
    table: number,
    positions: number,
    scale: number,
  ): void;
  storeHeads(
    x: number,
    stride: number,
    rows: number,
    heads: number,
    width: number,
    plane: number,
    capacity: number,
    slots: number,
  ): void;
  attend(
    q: number,
    stride: number,
    keys: number,
    values: number,
    capacity: number,
    groups: number,
    groupCount: number,
    heads: number,
    kvHeads: number,
    width: number,
    out: number,
    scratch: number,
  ): void;
  siluMul(x: number, out: number, rows: number, width: number): void;
  logSumExp(logits: number, stride: number, rows: number, count: number, out: number): void;
  expInto(x: number, out: number, count: number): void;
}

const PAGE = 65536;
/** 1 GiB: enough for this engine's models, and what phones still reserve. */
const MAX_BYTES = 1 << 30;

/** Linear memory, handed out once and never freed one by one. It does not grow after loading, so views stay valid. */
export class Arena {
  readonly memory: WebAssembly.Memory;
  /** What is below belongs to kernels/share.ts. */
  #top = 1024;

  /** @param shared other threads work on it too. */
  constructor(bytes: number, shared = false) {
    if (bytes > MAX_BYTES) {
      throw new EngineError(
        'out-of-memory',
        `The model needs ${Math.ceil(bytes / 2 ** 20)} MiB of memory; this engine takes at most 1024. Choose a smaller model.`,
      );
    }
    try {
      const pages = Math.ceil((bytes + 1024) / PAGE);
      this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
    } catch (cause) {
      throw new EngineError(
        'out-of-memory',
        `There are not ${Math.ceil(bytes / 2 ** 20)} MiB of memory left for the model. Close other tabs and try again.`,
        { cause },
      );
    }
  }

  /** Address of `bytes` zero bytes, aligned to a cache line. */
  take(bytes: number): number {
    const at = this.#top;
    this.#top = (at + bytes + 63) & ~63;
    if (this.#top > this.memory.buffer.byteLength)
      throw new EngineError('internal', 'The engine planned too little memory. Please report this.');
    return at;
  }

  f32(at: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, at, length);
  }

  i32(at: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, at, length);
  }
}

export async function startKernels(wasm: Uint8Array<ArrayBuffer>, memory: WebAssembly.Memory): Promise<Kernels> {
  const { instance } = await WebAssembly.instantiate(wasm, { env: { memory } });
  return instance.exports as unknown as Kernels;
}
