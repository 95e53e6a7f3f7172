import { describe, expect, test } from 'vitest';
import type { UnderTest } from './under-test.ts';
import { code } from './under-test.ts';

export function describeEmbedding(under: UnderTest): void {
  describe('embedding', () => {
    test('gives vectors of one length, the same every time and in every batch', async () => {
      if (!under.has('embed')) return;
      const texts = ['good', 'good and bad', 'hello world'];
      const vectors = await under.model.embed(texts);
      const again = await under.model.embed([...texts].reverse());
      expect(vectors.every((vector) => vector instanceof Float32Array && vector.length === vectors[0]?.length)).toBe(
        true,
      );
      expect([...again].reverse()).toEqual(vectors);
      expect(vectors[0]).not.toEqual(vectors[1]);
    });

    test('refuses an empty text', async () => {
      if (under.has('embed')) await expect(under.model.embed(['good', ''])).rejects.toEqual(code('bad-request'));
    });
  });
}
