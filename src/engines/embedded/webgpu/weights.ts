import type { ModelConfig } from '../config.ts';
import { type Safetensors, toFloat32 } from '../safetensors.ts';
import { EMBEDDING, FINAL_NORM, HEAD, layerNames } from '../weight-names.ts';
import { USAGE } from './kernels.ts';

/** Matrices [outputs][inputs] and norms, as f32 on the device. */
export interface GpuLayer {
  readonly attentionNorm: GPUBuffer;
  readonly qkv: GPUBuffer;
  readonly output: GPUBuffer;
  readonly mlpNorm: GPUBuffer;
  readonly gateUp: GPUBuffer;
  readonly down: GPUBuffer;
}

export interface GpuWeights {
  readonly embedding: GPUBuffer;
  readonly head: GPUBuffer;
  readonly norm: GPUBuffer;
  readonly layers: readonly GpuLayer[];
}

export function uploadWeights(device: GPUDevice, file: Safetensors, config: ModelConfig): GpuWeights {
  const { hidden, inner, heads, headWidth, vocabulary } = config;
  const filled = (size: number, fill: (target: Float32Array<ArrayBuffer>) => void): GPUBuffer => {
    const buffer = device.createBuffer({ size: size * 4, usage: USAGE.storage, mappedAtCreation: true });
    fill(new Float32Array(buffer.getMappedRange()));
    buffer.unmap();
    return buffer;
  };
  const vector = (name: string) => filled(hidden, (target) => target.set(toFloat32(file.get(name, [hidden]))));
  const matrix = (parts: readonly (readonly [string, number])[], columns: number) =>
    filled(parts.reduce((sum, [, rows]) => sum + rows, 0) * columns, (target) => {
      let row = 0;
      for (const [name, rows] of parts) {
        dequantise(file, name, rows, columns, target.subarray(row * columns, (row + rows) * columns));
        row += rows;
      }
    });
  const embedding = matrix([[EMBEDDING, vocabulary]], hidden);
  return {
    embedding,
    head: config.tied ? embedding : matrix([[HEAD, vocabulary]], hidden),
    norm: vector(FINAL_NORM),
    layers: Array.from({ length: config.layers }, (_, i) => {
      const names = layerNames(i, config);
      return {
        attentionNorm: vector(names.attentionNorm),
        qkv: matrix(names.qkv, hidden),
        output: matrix(names.output, heads * headWidth),
        mlpNorm: vector(names.mlpNorm),
        gateUp: matrix(names.gateUp, hidden),
        down: matrix(names.down, inner),
      };
    }),
  };
}

/** int8 times the scale of its row, or the numbers as they are. */
function dequantise(file: Safetensors, name: string, rows: number, columns: number, target: Float32Array): void {
  const tensor = file.get(`${name}.weight`, [rows, columns]);
  if (tensor.dtype !== 'I8') {
    target.set(toFloat32(tensor));
    return;
  }
  const scales = toFloat32(file.get(`${name}.weight_scale`, [rows, 1]));
  const bytes = new Int8Array(tensor.bytes.buffer, tensor.bytes.byteOffset, tensor.bytes.byteLength);
  for (let row = 0; row < rows; row++) {
    const scale = scales[row] as number;
    for (let at = row * columns; at < (row + 1) * columns; at++) target[at] = (bytes[at] as number) * scale;
  }
}
