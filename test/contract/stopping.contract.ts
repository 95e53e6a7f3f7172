import { describe, expect, test } from 'vitest';
import type { UnderTest } from './under-test.ts';
import { code, greedy, longBatch, REQUESTS } from './under-test.ts';

export function describeStopping(under: UnderTest): void {
  describe('stopping', () => {
    test('before a call refuses it', async () => {
      const options = { signal: AbortSignal.abort() };
      await expect(under.model.tokenize(['a'], options)).rejects.toEqual(code('aborted'));
      if (under.has('logprobs')) await expect(under.model.score(REQUESTS, options)).rejects.toEqual(code('aborted'));
      if (under.has('generate'))
        await expect(under.model.generate([{ prompt: 'a', ...greedy }], options)).rejects.toEqual(code('aborted'));
      if (under.has('embed')) await expect(under.model.embed(['a'], options)).rejects.toEqual(code('aborted'));
    });

    test('during a call ends it, and leaves the model right', async () => {
      if (!under.has('logprobs')) return;
      const before = await under.model.score(REQUESTS);
      const controller = new AbortController();
      const call = under.model.score(longBatch(under.model), { signal: controller.signal });
      setTimeout(() => controller.abort(), 40);
      await expect(call).rejects.toEqual(code('aborted'));
      under.same(before.results, (await under.model.score(REQUESTS)).results);
    });

    test('a waiting call does not stop the one that runs', async () => {
      if (!under.has('logprobs')) return;
      const controller = new AbortController();
      const running = under.model.score(REQUESTS);
      const waiting = under.model.score(REQUESTS, { signal: controller.signal });
      controller.abort();
      await expect(waiting).rejects.toEqual(code('aborted'));
      await expect(running).resolves.toBeDefined();
    });
  });
}
