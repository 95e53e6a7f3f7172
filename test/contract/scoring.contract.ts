import { describe, expect, test } from 'vitest';
import type { ScoreRequest } from '../../src/core/model/language-model.ts';
import type { UnderTest } from './under-test.ts';
import { code, REQUESTS } from './under-test.ts';

export function describeScoring(under: UnderTest): void {
  describe('scores', () => {
    test.each(REQUESTS.map((request) => [request.prompt, request] as const))(
      'have the right shape: %j',
      async (_, request) => {
        if (!under.has('logprobs')) return;
        const { results } = await under.model.score([request]);
        expect(results).toHaveLength(1);
        const [alone] = await under.model.tokenize([request.prompt]);
        expect(results[0]?.promptTokens).toBe((alone?.length as number) + 1);
        expect(results[0]?.scores).toHaveLength(request.continuations.length);
        for (const score of results[0]?.scores ?? []) {
          expect(score.tokenIds.length).toBeGreaterThan(0);
          expect(score.tokens).toHaveLength(score.tokenIds.length);
          expect(score.tokenLogprobs).toHaveLength(score.tokenIds.length);
          expect(score.tokenLogprobs.every((value) => Number.isFinite(value) && value <= 0)).toBe(true);
          expect(score.sumLogprob).toBeCloseTo(
            score.tokenLogprobs.reduce((a, b) => a + b, 0),
            10,
          );
        }
      },
    );

    test('of a continuation are those of its parts, by the chain rule', async () => {
      if (!under.has('logprobs')) return;
      const { results } = await under.model.score([
        { prompt: 'good', continuations: [' and bad'] },
        { prompt: 'good', continuations: [' and'] },
        { prompt: 'good and', continuations: [' bad'] },
      ]);
      const [whole, first, second] = results.map((result) => result.scores[0]?.sumLogprob as number) as [
        number,
        number,
        number,
      ];
      expect(Math.abs(whole - first - second)).toBeLessThanOrEqual(2 * under.tolerance + 1e-9);
    });

    test('of first tokens alone begin as those of whole continuations, and cost no more', async () => {
      if (!under.has('logprobs')) return;
      const prompt = 'the first tokens of these';
      const continuations = [' good and bad', ' bad and good again'];
      const first = await under.model.score([{ prompt, continuations, firstToken: true }]);
      const whole = await under.model.score([{ prompt, continuations }]);
      const firsts = ({ results }: typeof first) => results[0]?.scores.map((s) => [s.tokenIds[0], s.tokenLogprobs[0]]);
      firsts(first)?.forEach(([id, logprob], i) => {
        const [other, expected] = firsts(whole)?.[i] ?? [];
        expect(id).toBe(other);
        expect(Math.abs((logprob as number) - (expected as number))).toBeLessThanOrEqual(under.tolerance + 1e-9);
      });
      expect(first.usage.asked).toBeLessThanOrEqual(whole.usage.asked);
    });

    test('do not depend on the order of the batch, nor on that of the continuations', async () => {
      if (!under.has('logprobs')) return;
      const forward = await under.model.score(REQUESTS);
      const backward = await under.model.score(
        [...REQUESTS].reverse().map((r) => ({ ...r, continuations: [...r.continuations].reverse() })),
      );
      under.same(
        forward.results,
        [...backward.results].reverse().map((r) => ({ ...r, scores: [...r.scores].reverse() })),
      );
    });

    test('do not depend on the batch', async () => {
      if (!under.has('logprobs')) return;
      const together = await under.model.score(REQUESTS);
      const single = [];
      for (const request of REQUESTS) single.push(...(await under.model.score([request])).results);
      under.same(together.results, single);
    });

    test('asked at the same time do not mix', async () => {
      if (!under.has('logprobs')) return;
      const [a, b] = await Promise.all([under.model.score(REQUESTS), under.model.score([...REQUESTS].reverse())]);
      under.same(a.results, [...b.results].reverse());
    });

    test('come with the tokens asked and computed', async () => {
      if (!under.has('logprobs')) return;
      const { results, usage } = await under.model.score([
        { prompt: 'a fresh text to count', continuations: [' a', ' b and c'] },
      ]);
      const scores = results[0]?.scores ?? [];
      const tokens = scores.reduce(
        (sum, score) => sum + (results[0]?.promptTokens as number) + score.tokenIds.length,
        0,
      );
      expect(usage.asked).toBe(tokens);
      expect(usage.computed).toBeGreaterThan(0);
      if (under.model.capabilities.has('prefixCache')) expect(usage.computed).toBeLessThan(usage.asked);
    });

    test('of nothing are nothing', async () => {
      if (!under.has('logprobs')) return;
      expect(await under.model.score([])).toEqual({ results: [], usage: { asked: 0, computed: 0 } });
    });

    test('of an empty continuation, or of none, are refused; the model goes on', async () => {
      if (!under.has('logprobs')) return;
      await expect(under.model.score([{ prompt: 'good', continuations: [' a', ''] }])).rejects.toEqual(
        code('bad-request'),
      );
      await expect(under.model.score([{ prompt: 'good', continuations: [] }])).rejects.toEqual(code('bad-request'));
      await expect(under.model.score([REQUESTS[0] as ScoreRequest])).resolves.toBeDefined();
    });

    test('of a prompt that does not fit are refused with both numbers, never cut', async () => {
      if (!under.has('logprobs')) return;
      const prompt = 'good and bad '.repeat(under.model.contextLength);
      const [ids] = await under.model.tokenize([`${prompt} a`]);
      const call = under.model.score([{ prompt, continuations: [' a'] }]);
      await expect(call).rejects.toEqual(code('context-too-long'));
      await expect(call).rejects.toThrow(
        new RegExp(`${(ids?.length as number) + 1}\\b.*\\b${under.model.contextLength}\\b`),
      );
    });
  });
}
