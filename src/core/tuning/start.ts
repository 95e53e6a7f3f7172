import type { LatentShape, PrefixStates } from '../model/latent.ts';
import { number } from '../options.ts';
import type { Stream } from '../random/stream.ts';
import type { TuneContext } from './tuner.ts';

/** Standard deviation of the vectors that a prefix begins with: so small that at first it takes a share of attention and says nothing. */
const SPREAD = 0.05;

/** Examples whose mean gradient makes one step of learning. */
export const PREFIX_BATCH = 8;

export const prefixFields = {
  length: number('Prefix length', 'Places in front of the prompt, with keys and values of their own in every layer.', {
    min: 1,
    max: 64,
    step: 1,
    default: 8,
  }),
  seed: number('Seed', 'Of the vectors that it begins with and, where it is learned, of the order of the items.', {
    min: 0,
    max: 9999,
    step: 1,
    default: 1,
  }),
} as const;

/** Two normal draws (Box and Muller 1958). */
function normals(random: Stream): [number, number] {
  const length = Math.sqrt(-2 * Math.log(1 - random.float()));
  const angle = 2 * Math.PI * random.float();
  return [length * Math.cos(angle), length * Math.sin(angle)];
}

function normalRows(count: number, random: Stream): Float32Array {
  const rows = new Float32Array(count);
  for (let i = 0; i < count; i += 2)
    rows.set(
      normals(random)
        .slice(0, count - i)
        .map((x) => SPREAD * x),
      i,
    );
  return rows;
}

/** A prefix of random vectors: the same for the same length and seed, learned from here or not. */
export function startingPrefix(
  { layers, keyWidth }: LatentShape,
  random: TuneContext['random'],
  { length, seed }: { readonly length: number; readonly seed: number },
): PrefixStates {
  const count = layers * length * keyWidth;
  return {
    keys: normalRows(count, random('tune/keys', seed)),
    values: normalRows(count, random('tune/values', seed)),
  };
}
