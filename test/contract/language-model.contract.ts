import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LanguageModel } from '../../src/core/model/language-model.ts';
import { describeEmbedding } from './embedding.contract.ts';
import { describeGenerating } from './generating.contract.ts';
import { describeScoring } from './scoring.contract.ts';
import { describeStopping } from './stopping.contract.ts';
import type { UnderTest } from './under-test.ts';
import { code, greedy, largestGap, longBatch, REQUESTS } from './under-test.ts';

export interface Subject {
  readonly name: string;
  readonly load: () => Promise<LanguageModel>;
  /** Why it cannot be tried here; the suite is then skipped under its name. */
  readonly missing?: string | false;
  /** Two scores of one text may differ by so much, in nats. */
  readonly tolerance: number;
}

/** What every engine must do. A new engine passes this list unchanged. */
export function describeLanguageModel({ name, load, missing = false, tolerance }: Subject): void {
  describe.skipIf(missing)(missing ? `${name} (${missing})` : name, () => {
    let model: LanguageModel;
    const under: UnderTest = {
      get model() {
        return model;
      },
      tolerance,
      has: (capability) => model.capabilities.has(capability),
      same: (a, b) => expect(largestGap(a, b)).toBeLessThanOrEqual(tolerance),
    };
    beforeAll(async () => {
      model = await load();
    }, 60_000);
    afterAll(() => model?.dispose());

    test('says what it is, and has passed its self-test', () => {
      expect(under.model.identity.id).not.toBe('');
      expect(under.model.identity.files.every((file) => /^[0-9a-f]{64}$/.test(file.sha256))).toBe(true);
      expect(under.model.contextLength).toBeGreaterThan(0);
      expect(under.model.selfTest.every((check) => check.passed)).toBe(true);
      expect(under.model.latent !== undefined).toBe(under.model.capabilities.has('latent'));
    });

    test('tokenises: one list a text, empty for an empty text, the same every time', async () => {
      // What tells nothing of its tokens cannot be scored, and says so.
      if (!under.has('logprobs')) {
        await expect(under.model.tokenize(['good'])).rejects.toEqual(code('no-capability'));
        return;
      }
      const ids = await under.model.tokenize(['good and bad', '', 'good and bad']);
      expect(ids).toHaveLength(3);
      expect(ids[1]).toEqual([]);
      expect(ids[0]).toEqual(ids[2]);
      expect(ids[0]?.length).toBeGreaterThan(0);
      expect(await under.model.tokenize([])).toEqual([]);
    });

    test('refuses what it cannot do', async () => {
      if (!under.has('logprobs')) await expect(under.model.score(REQUESTS)).rejects.toEqual(code('no-capability'));
      if (!under.has('generate'))
        await expect(under.model.generate([{ prompt: 'a', ...greedy }])).rejects.toEqual(code('no-capability'));
      if (!under.has('embed')) await expect(under.model.embed(['a'])).rejects.toEqual(code('no-capability'));
    });

    describeScoring(under);
    describeStopping(under);
    describeGenerating(under);
    describeEmbedding(under);

    test('after disposal every call is refused', async () => {
      const other = await load();
      const running = under.has('logprobs')
        ? other.score(longBatch(other))
        : other.generate([{ prompt: 'a', ...greedy }]);
      const outcome = running.then(
        () => 'done',
        (error) => error.code,
      );
      other.dispose();
      expect(['done', 'aborted']).toContain(await outcome);
      await expect(other.tokenize(['a'])).rejects.toEqual(code('bad-request'));
    });
  });
}
