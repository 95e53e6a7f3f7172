import { describe, expect, test } from 'vitest';
import type { UnderTest } from './under-test.ts';
import { code, greedy } from './under-test.ts';

export function describeGenerating(under: UnderTest): void {
  describe('generating', () => {
    const sampled = { ...greedy, maxTokens: 12, temperature: 1, topP: 0.9 };

    test('gives at most the tokens asked for, each with its log-probability', async () => {
      if (!under.has('generate')) return;
      const { results, usage } = await under.model.generate([{ prompt: 'good and', ...greedy }]);
      const [result] = results;
      expect(result?.tokenIds.length).toBeLessThanOrEqual(5);
      expect(result?.tokenLogprobs).toHaveLength(result?.tokenIds.length as number);
      expect(result?.tokenLogprobs.every((value) => value <= 0)).toBe(true);
      expect(['stop', 'length', 'end']).toContain(result?.finish);
      if (result?.finish === 'length') expect(result.tokenIds).toHaveLength(5);
      expect(usage.asked).toBeGreaterThan(0);
    });

    test('is decided by the seed, not by the batch', async () => {
      if (!under.has('generate')) return;
      const requests = [1, 2, 1].map((seed) => ({ prompt: 'good and', ...sampled, seed }));
      const { results } = await under.model.generate(requests);
      expect(results[0]?.tokenIds).toEqual(results[2]?.tokenIds);
      const alone = await under.model.generate([requests[1] as (typeof requests)[number]]);
      expect(alone.results[0]?.tokenIds).toEqual(results[1]?.tokenIds);
    });

    test('differs between some seeds', async () => {
      if (!under.has('generate')) return;
      const { results } = await under.model.generate(
        Array.from({ length: 8 }, (_, seed) => ({ prompt: 'good and', ...sampled, temperature: 2, topP: 1, seed })),
      );
      expect(new Set(results.map((result) => result.text)).size).toBeGreaterThan(1);
    });

    test('stops before a stop text', async () => {
      if (!under.has('generate')) return;
      const request = { prompt: 'good and', ...sampled, seed: 3 };
      const free = (await under.model.generate([request])).results[0];
      const stop = [...(free?.text ?? '')].slice(2, 4).join('');
      if (stop === '') return;
      const cut = (await under.model.generate([{ ...request, stop: [stop] }])).results[0];
      expect(cut?.finish).toBe('stop');
      expect(cut?.text).toBe(free?.text.slice(0, free.text.indexOf(stop)));
    });

    test('gives log-probabilities that scoring confirms', async () => {
      if (!under.has('generate') || !under.has('logprobs')) return;
      const { results } = await under.model.generate([{ prompt: 'good and', ...greedy }]);
      const first = (await under.model.tokenize(['good and']))[0] as number[];
      const whole = (await under.model.tokenize([`good and${results[0]?.text}`]))[0] as number[];
      // Only where the generated tokens are those that the text has.
      if (String(whole) !== String([...first, ...(results[0]?.tokenIds ?? [])]) || whole.length === first.length)
        return;
      const scored = await under.model.score([{ prompt: 'good and', continuations: [results[0]?.text as string] }]);
      for (const [i, value] of results[0]?.tokenLogprobs.entries() ?? []) {
        const other = scored.results[0]?.scores[0]?.tokenLogprobs[i] as number;
        expect(Math.abs(value - other)).toBeLessThanOrEqual(under.tolerance);
      }
    });

    test('refuses senseless options', async () => {
      if (!under.has('generate')) return;
      const bad = [
        { maxTokens: 0 },
        { temperature: -1 },
        { topP: 0 },
        { topP: 1.5 },
        { stop: [''] },
        { temperature: Number.NaN },
      ];
      for (const change of bad)
        await expect(under.model.generate([{ prompt: 'a', ...greedy, ...change }])).rejects.toEqual(
          code('bad-request'),
        );
    });
  });
}
