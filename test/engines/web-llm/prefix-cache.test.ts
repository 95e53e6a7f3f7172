import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PrefixCache } from '../../../src/engines/web-llm/prefix-cache.ts';
import { standIn } from './stand-in.ts';

const row = (length: number, from: number) => Array.from({ length }, (_, i) => (from + i * 7) % 250);

describe('the prefix cache', () => {
  it('gives the numbers of a whole pass whatever ran before, and never overfills the cache', async () => {
    const kept = await standIn({ window: 96, chunk: 16 });
    const whole = await standIn({ window: 96, chunk: 16 });
    // Few beginnings and long tails, so that texts share, leave one another and come back.
    const text = fc
      .tuple(fc.nat(2), fc.nat(60), fc.nat(3), fc.nat(34))
      .map(([a, m, b, n]) => [...row(m, a * 40), ...row(n + 1, 100 + b)].slice(0, 96));
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 12 }), async (texts) => {
        const cache = new PrefixCache(kept.model, true);
        const fresh = new PrefixCache(whole.model, false);
        cache.clear();
        for (const tokens of texts) expect(await cache.logitsAfter(tokens)).toEqual(await fresh.logitsAfter(tokens));
        expect(cache.computed).toBeLessThanOrEqual(fresh.computed);
      }),
      { numRuns: 60 },
    );
  });

  it('runs a shared prefix once, and only the last token of a text that it has whole', async () => {
    const { model, forwards } = await standIn();
    const cache = new PrefixCache(model, true);
    await cache.logitsAfter([...row(40, 0), 1, 2]);
    await cache.logitsAfter([...row(40, 0), 3]);
    await cache.logitsAfter([...row(40, 0), 3]);
    expect(forwards).toEqual([42, 1, 1]);
    expect(cache.computed).toBe(44);
  });

  it('keeps a long tail that a text leaves, and comes back to it', async () => {
    const { model, sequences } = await standIn();
    const cache = new PrefixCache(model, true);
    const [a, b] = [row(100, 1), row(100, 2)];
    await cache.logitsAfter([5, ...a]);
    await cache.logitsAfter([5, ...b]);
    const before = cache.computed;
    await cache.logitsAfter([5, ...a, 9]);
    await cache.logitsAfter([5, ...b, 9]);
    expect(cache.computed - before).toBe(2);
    expect(sequences()).toHaveLength(2);
  });

  it('drops what was used longest ago when pages run out', async () => {
    const { model } = await standIn({ window: 256 });
    const cache = new PrefixCache(model, true);
    const texts = [1, 2, 3].map((from) => [from, ...row(100, from)]);
    for (const tokens of texts) await cache.logitsAfter(tokens);
    const before = cache.computed;
    await cache.logitsAfter([...(texts[2] as number[]), 4]);
    expect(cache.computed - before).toBe(1);
    await cache.logitsAfter([...(texts[0] as number[]), 4]);
    expect(cache.computed - before).toBe(1 + 102);
  });

  it('forgets everything after a failure, and is right again', async () => {
    const { model } = await standIn();
    const broken = { ...model, fail: false };
    broken.append = async (sequence, tokens) => {
      const logits = await model.append(sequence, tokens);
      if (broken.fail) throw new Error('broken');
      return logits;
    };
    const cache = new PrefixCache(broken, true);
    const expected = await cache.logitsAfter(row(20, 3));
    broken.fail = true;
    await expect(cache.logitsAfter(row(30, 3))).rejects.toThrow('broken');
    broken.fail = false;
    expect(await cache.logitsAfter(row(20, 3))).toEqual(expected);
  });
});
