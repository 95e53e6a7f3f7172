import { describe, expect, it } from 'vitest';
import { type IndexTriple, trainTransE } from '../../../src/core/knowledge/transe.ts';
import { stream } from '../../../src/core/random/stream.ts';

/** Countries with a capital, a continent and neighbours: 24 countries, 24 capitals, 4 continents. */
const COUNTRIES = 24;
const ENTITIES = COUNTRIES * 2 + 4;
const capital = (c: number): number => COUNTRIES + c;
const continent = (c: number): number => COUNTRIES * 2 + (c % 4);
const graph: IndexTriple[] = Array.from({ length: COUNTRIES }, (_, c): IndexTriple[] => [
  [c, 0, capital(c)],
  [capital(c), 1, c],
  [c, 2, continent(c)],
  [capital(c), 3, continent(c)],
  [c, 4, (c + 4) % COUNTRIES],
]).flat();

const options = { dimension: 16, epochs: 120, learningRate: 0.02, margin: 1 };

/** Rank of the true tail among all entities, 1 the best. */
function rankOf(model: ReturnType<typeof trainTransE>, [h, r, t]: IndexTriple): number {
  const d = options.dimension;
  const gap = (tail: number): number => {
    let sum = 0;
    for (let k = 0; k < d; k++) {
      const x =
        (model.entities[h * d + k] as number) +
        (model.relations[r * d + k] as number) -
        (model.entities[tail * d + k] as number);
      sum += x * x;
    }
    return sum;
  };
  const own = gap(t);
  return 1 + Array.from({ length: ENTITIES }, (_, e) => e).filter((e) => e !== t && gap(e) < own).length;
}

describe('TransE', () => {
  it('is the same for the same seed and differs for another', () => {
    const short = { ...options, epochs: 3 };
    const once = trainTransE(ENTITIES, 5, graph, stream('a'), short);
    expect(trainTransE(ENTITIES, 5, graph, stream('a'), short)).toEqual(once);
    expect(trainTransE(ENTITIES, 5, graph, stream('b'), short).entities).not.toEqual(once.entities);
  });

  it('keeps entity vectors at unit length and every number finite', () => {
    const { entities, relations } = trainTransE(ENTITIES, 5, graph, stream('unit'), { ...options, epochs: 20 });
    for (let e = 0; e < ENTITIES; e++) {
      const row = entities.subarray(e * options.dimension, (e + 1) * options.dimension);
      expect(Math.hypot(...row)).toBeCloseTo(1, 4);
    }
    expect(relations.every(Number.isFinite)).toBe(true);
  });

  it('ranks the tails of held-out triples well above chance', () => {
    const heldOut = graph.filter(([h, r]) => r === 3 && h % 3 === 0);
    const seen = graph.filter((triple) => !heldOut.includes(triple));
    const model = trainTransE(ENTITIES, 5, seen, stream('held-out'), options);
    const ranks = heldOut.map((triple) => rankOf(model, triple));
    const mean = ranks.reduce((a, b) => a + b, 0) / ranks.length;
    expect(heldOut).toHaveLength(8);
    expect(mean).toBeLessThan((ENTITIES + 1) / 4);
  });

  it('ranks the tails of trained triples near the top', () => {
    const model = trainTransE(ENTITIES, 5, graph, stream('trained'), options);
    const ranks = graph.map((triple) => rankOf(model, triple));
    expect(ranks.reduce((a, b) => a + b, 0) / ranks.length).toBeLessThan(6);
  });

  it('leaves a graph without triples at its random start', () => {
    const { entities } = trainTransE(3, 1, [], stream('empty'), { ...options, epochs: 2 });
    expect(entities).toHaveLength(3 * options.dimension);
  });
});
