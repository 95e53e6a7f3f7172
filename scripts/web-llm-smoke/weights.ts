import { readFile } from 'node:fs/promises';
import * as v from 'valibot';

const Param = v.object({ name: v.string(), shape: v.array(v.number()), dtype: v.picklist(['uint32', 'float32']) });
export type Param = v.InferOutput<typeof Param>;

const Metadata = v.object({ params: v.array(Param), vocab_size: v.optional(v.number()) });

/** A compiled model library says in a JSON text of its own which weights it takes. */
export async function readParams(library: string): Promise<Param[]> {
  const text = (await readFile(library)).toString('latin1');
  const start = text.indexOf('{"model_type"');
  if (start < 0) throw new Error(`${library} says nothing of its weights. Give a library of web-llm.`);
  let depth = 0;
  let end = start;
  do {
    if (text[end] === '{') depth++;
    if (text[end] === '}') depth--;
    end++;
  } while (depth > 0 && end < text.length);
  return v.parse(Metadata, JSON.parse(text.slice(start, end))).params;
}

export const bytesOf = ({ shape }: Param): number => 4 * shape.reduce((a, b) => a * b, 1);

/** Weights that mean nothing and stay finite: random four-bit numbers, small scales, norms near one. */
export function weightsOf(param: Param): Uint8Array {
  const count = bytesOf(param) / 4;
  let state = [...param.name].reduce((hash, c) => (Math.imul(hash, 31) + c.charCodeAt(0)) | 0, 7) || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  if (param.dtype === 'uint32') {
    const words = new Uint32Array(count);
    for (let i = 0; i < count; i++) words[i] = next();
    return new Uint8Array(words.buffer);
  }
  const [centre, spread] = param.name.includes('norm')
    ? [1, 0.1]
    : param.name.endsWith('q_scale')
      ? [0.01, 0.004]
      : [0, 0.02];
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = centre + spread * (next() / 2 ** 31 - 1);
  return new Uint8Array(values.buffer);
}
