/** The standard's numbers; the type library does not have them as values. */
export const USAGE = { mapRead: 0x1, copySource: 0x4, copyTarget: 0x8, storage: 0x80 } as const;

/** A shader with its buffers bound, to be put into a pass. */
export interface Step {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
}

/** Compiles shaders and binds buffers, in the order in which the shader declares them. */
export class Kernels {
  readonly device: GPUDevice;
  readonly #pipelines = new Map<string, GPUComputePipeline>();

  constructor(device: GPUDevice) {
    this.device = device;
  }

  /** Equal shaders are compiled once. */
  step(code: string, ...buffers: readonly GPUBuffer[]): Step {
    let pipeline = this.#pipelines.get(code);
    if (pipeline === undefined) {
      const module = this.device.createShaderModule({ code });
      pipeline = this.device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' } });
      this.#pipelines.set(code, pipeline);
    }
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    return { pipeline, group: this.device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }) };
  }

  /** Room for `count` numbers of four bytes. */
  buffer(count: number, usage = 0): GPUBuffer {
    return this.device.createBuffer({
      size: Math.max(16, count * 4),
      usage: USAGE.storage | USAGE.copyTarget | usage,
    });
  }

  write(buffer: GPUBuffer, data: Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>, count = data.length): void {
    if (count > 0) this.device.queue.writeBuffer(buffer, 0, data, 0, count);
  }
}

export function dispatch(pass: GPUComputePassEncoder, { pipeline, group }: Step, x: number, y = 1): void {
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(x, y);
}
