import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shuffled, stream, streamSeed, weightedDraw } from '../../../src/core/random/stream.ts';

const part = fc.oneof(fc.string({ maxLength: 12 }), fc.integer());
const name = fc.array(part, { minLength: 1, maxLength: 4 });
const draws = (...parts: readonly (string | number)[]): number[] => {
  const random = stream(...parts);
  return Array.from({ length: 8 }, () => random.float());
};

describe('named random streams', () => {
  it('repeat themselves under the same name', () => {
    fc.assert(
      fc.property(name, (parts) => {
        expect(draws(...parts)).toEqual(draws(...parts));
      }),
    );
  });

  it('differ under different names', () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        fc.pre(JSON.stringify(a) !== JSON.stringify(b));
        expect(draws(...a)).not.toEqual(draws(...b));
      }),
    );
  });

  it('tell a number from its digits and parts from their joining', () => {
    expect(streamSeed(1)).not.toBe(streamSeed('1'));
    expect(streamSeed('a', 'b')).not.toBe(streamSeed('ab'));
    expect(streamSeed('a', '')).not.toBe(streamSeed('a'));
  });

  it('cannot be confused by a part that holds the separator', () => {
    expect(streamSeed('a\u0000string:b')).not.toBe(streamSeed('a', 'b'));
  });

  it('are uniform: mean 1/2 and every tenth hit', () => {
    const random = stream('uniform');
    const tenths = new Array<number>(10).fill(0);
    let sum = 0;
    for (let i = 0; i < 20_000; i++) {
      const x = random.float();
      expect(x >= 0 && x < 1).toBe(true);
      sum += x;
      tenths[Math.floor(x * 10)] = (tenths[Math.floor(x * 10)] as number) + 1;
    }
    expect(sum / 20_000).toBeCloseTo(0.5, 1.7);
    for (const n of tenths) expect(Math.abs(n - 2000)).toBeLessThan(250);
  });

  it('draw whole numbers below the bound, each of them', () => {
    const random = stream('below');
    const seen = new Set(Array.from({ length: 500 }, () => random.below(7)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

describe('shuffling', () => {
  it('gives a permutation and leaves the original alone', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.string(), (items, seed) => {
        const before = [...items];
        const after = shuffled(items, stream(seed));
        expect(items).toEqual(before);
        expect([...after].sort((a, b) => a - b)).toEqual([...before].sort((a, b) => a - b));
      }),
    );
  });

  it('puts each item at each place equally often', () => {
    const places = [0, 0, 0, 0];
    const random = stream('fair');
    for (let i = 0; i < 8000; i++) {
      const at = shuffled(['a', 'b', 'c', 'd'], random).indexOf('a');
      places[at] = (places[at] as number) + 1;
    }
    for (const n of places) expect(Math.abs(n - 2000)).toBeLessThan(200);
  });
});

describe('weighted draw without replacement', () => {
  it('includes items as often as successive draws do (golden vector 13.10)', () => {
    const included = [0, 0, 0];
    const random = stream('golden', 13.1);
    const runs = 100_000;
    for (let i = 0; i < runs; i++) {
      for (const at of weightedDraw([0.5, 0.3, 0.2], 2, random)) included[at] = (included[at] as number) + 1;
    }
    [0.839286, 0.675, 0.485714].forEach((p, i) => {
      expect(Math.abs((included[i] as number) / runs - p)).toBeLessThan(0.01);
    });
  });

  it('does not depend on the scale of the weights', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.01, max: 5, noNaN: true }), { maxLength: 20 }),
        fc.string(),
        (w, seed) => {
          const scaled = w.map((x) => x * 1024);
          expect(weightedDraw(scaled, 4, stream(seed))).toEqual(weightedDraw(w, 4, stream(seed)));
        },
      ),
    );
  });

  it('gives distinct indices, as many as asked for or as there are', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), fc.nat(40), (w, count) => {
        const drawn = weightedDraw(w, count, stream('distinct'));
        expect(new Set(drawn).size).toBe(drawn.length);
        expect(drawn).toHaveLength(Math.min(count, w.length));
        expect(drawn.every((i) => i >= 0 && i < w.length)).toBe(true);
      }),
    );
  });

  it('takes items of weight zero only when the others do not suffice', () => {
    for (let seed = 0; seed < 50; seed++) {
      expect(weightedDraw([0, 1e-300, 0, 2], 2, stream(seed)).sort()).toEqual([1, 3]);
      expect(weightedDraw([0, 1, 0, 2], 4, stream(seed)).slice(0, 2).sort()).toEqual([1, 3]);
    }
  });
});
