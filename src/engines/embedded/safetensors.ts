import * as v from 'valibot';
import { badModel } from './manifest.ts';

/** https://github.com/huggingface/safetensors: u64 header length, JSON header, raw little-endian data. */
const Entry = v.object({
  dtype: v.string(),
  shape: v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  data_offsets: v.tuple([
    v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
    v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  ]),
});

const WIDTH = { F32: 4, F16: 2, BF16: 2, I8: 1 } as const;
export type Dtype = keyof typeof WIDTH;

export interface Tensor {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const MAX_HEADER = 16 << 20;

/** Tensors by name; each a view into `file`. Unknown number types are refused when they are asked for. */
export class Safetensors {
  readonly #entries = new Map<string, v.InferOutput<typeof Entry>>();
  readonly #data: Uint8Array<ArrayBuffer>;

  constructor(file: Uint8Array<ArrayBuffer>) {
    if (file.length < 8) throw badModel('model.safetensors is shorter than its header');
    const length = new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true);
    if (length > BigInt(Math.min(MAX_HEADER, file.length - 8)))
      throw badModel('model.safetensors has a header longer than the file');
    this.#data = file.subarray(8 + Number(length));
    for (const [name, value] of Object.entries(readHeader(file.subarray(8, 8 + Number(length))))) {
      if (name === '__metadata__') continue;
      const result = v.safeParse(Entry, value);
      if (!result.success) throw badModel(`model.safetensors: the entry ${name} is malformed`);
      const [start, end] = result.output.data_offsets;
      if (start > end || end > this.#data.length) throw badModel(`model.safetensors: ${name} reaches outside the file`);
      this.#entries.set(name, result.output);
    }
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** The tensor, which must have this shape. */
  get(name: string, shape: readonly number[]): Tensor {
    const entry = this.#entries.get(name);
    if (!entry) throw badModel(`model.safetensors has no ${name}`);
    if (!isDtype(entry.dtype))
      throw badModel(`${name} has the number type ${entry.dtype}; known are ${Object.keys(WIDTH).join(', ')}`);
    if (entry.shape.length !== shape.length || entry.shape.some((size, i) => size !== shape[i])) {
      throw badModel(`${name} has the shape [${entry.shape}], expected [${shape}]`);
    }
    const [start, end] = entry.data_offsets;
    const expected = shape.reduce((product, size) => product * size, WIDTH[entry.dtype]);
    if (end - start !== expected) throw badModel(`${name} has ${end - start} bytes, expected ${expected}`);
    return { name, dtype: entry.dtype, shape, bytes: this.#data.subarray(start, end) };
  }
}

const isDtype = (name: string): name is Dtype => Object.hasOwn(WIDTH, name);

function readHeader(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (cause) {
    throw badModel('the header of model.safetensors is not JSON', cause);
  }
  throw badModel('the header of model.safetensors is not an object');
}

/** The numbers of a floating-point tensor as f32; a copy, because the file's data need not be aligned. */
export function toFloat32({ name, dtype, bytes }: Tensor): Float32Array<ArrayBuffer> {
  if (dtype === 'F32') return new Float32Array(bytes.slice().buffer);
  if (dtype === 'I8') throw badModel(`${name} holds int8 numbers without a scale`);
  const halves = new Uint16Array(bytes.slice().buffer);
  const out = new Float32Array(halves.length);
  if (dtype === 'BF16') {
    const bits = new Uint32Array(out.buffer);
    for (let i = 0; i < halves.length; i++) bits[i] = (halves[i] as number) << 16;
  } else {
    for (let i = 0; i < halves.length; i++) out[i] = fromHalf(halves[i] as number);
  }
  return out;
}

function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
