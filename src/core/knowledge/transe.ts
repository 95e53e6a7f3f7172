import type { Stream } from '../random/stream.ts';

export interface TransEOptions {
  readonly dimension: number;
  readonly epochs: number;
  readonly learningRate: number;
  readonly margin: number;
}

export const TRANSE_DEFAULTS: TransEOptions = { dimension: 32, epochs: 400, learningRate: 0.02, margin: 1 };

/** head, relation, tail as indices. */
export type IndexTriple = readonly [number, number, number];

/**
 * TransE (Bordes et al. 2013): minimises [margin + |h + r - t|^2 - |h' + r - t'|^2]_+ by SGD, one corrupted head or
 * tail a step, entity vectors kept at unit length.
 * @returns entity vectors [entities x dimension] and relation vectors [relations x dimension], row-major.
 */
export function trainTransE(
  entityCount: number,
  relationCount: number,
  triples: readonly IndexTriple[],
  random: Stream,
  options: TransEOptions = TRANSE_DEFAULTS,
): { entities: Float32Array; relations: Float32Array } {
  const { dimension: d, epochs, learningRate, margin } = options;
  const bound = 6 / Math.sqrt(d);
  const fill = (rows: number) => Float32Array.from({ length: rows * d }, () => (random.float() * 2 - 1) * bound);
  const entities = fill(entityCount);
  const relations = fill(relationCount);
  for (let e = 0; e < entityCount; e++) normalise(entities, e, d);
  for (let r = 0; r < relationCount; r++) normalise(relations, r, d);
  const known = new Set(triples.map((t) => t.join(' ')));
  const gap = (h: number, r: number, t: number): number => {
    let sum = 0;
    for (let k = 0; k < d; k++) {
      const x = (entities[h * d + k] as number) + (relations[r * d + k] as number) - (entities[t * d + k] as number);
      sum += x * x;
    }
    return sum;
  };
  const move = (h: number, r: number, t: number, step: number) => {
    for (let k = 0; k < d; k++) {
      const x = (entities[h * d + k] as number) + (relations[r * d + k] as number) - (entities[t * d + k] as number);
      entities[h * d + k] = (entities[h * d + k] as number) - step * x;
      relations[r * d + k] = (relations[r * d + k] as number) - step * x;
      entities[t * d + k] = (entities[t * d + k] as number) + step * x;
    }
    normalise(entities, h, d);
    normalise(entities, t, d);
  };
  for (let epoch = 0; epoch < epochs; epoch++) {
    const rate = learningRate * (1 - epoch / epochs);
    for (let n = 0; n < triples.length; n++) {
      const [h, r, t] = triples[random.below(triples.length)] as IndexTriple;
      const other = random.below(entityCount);
      const [h2, t2] = random.float() < 0.5 ? [other, t] : [h, other];
      if (known.has(`${h2} ${r} ${t2}`)) continue;
      if (margin + gap(h, r, t) - gap(h2, r, t2) <= 0) continue;
      move(h, r, t, 2 * rate);
      move(h2, r, t2, -2 * rate);
    }
  }
  return { entities, relations };
}

function normalise(vectors: Float32Array, row: number, d: number): void {
  let sum = 0;
  for (let k = 0; k < d; k++) sum += (vectors[row * d + k] as number) ** 2;
  const scale = sum === 0 ? 0 : 1 / Math.sqrt(sum);
  for (let k = 0; k < d; k++) vectors[row * d + k] = (vectors[row * d + k] as number) * scale;
}
