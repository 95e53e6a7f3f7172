import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildPrefixTree, pathOf, sharing } from '../../../src/core/run/prefix-tree.ts';

const sequences = fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 8 }), { maxLength: 20 });

describe('the tree of token prefixes', () => {
  test('shares what texts have in common', () => {
    const texts = [[1, 2, 3], [1, 2, 4, 5], [1, 2], [7]];
    const tree = buildPrefixTree(texts);
    expect([...tree.token]).toEqual([1, 2, 3, 4, 5, 7]);
    expect([...tree.parent]).toEqual([-1, 0, 1, 1, 3, -1]);
    expect([...tree.depth]).toEqual([1, 2, 3, 3, 4, 1]);
    expect([...tree.end]).toEqual([2, 4, 1, 5]);
    expect(sharing(texts, tree)).toEqual({ asked: 10, distinct: 6 });
  });

  test('of no texts, or empty ones, is empty', () => {
    expect(buildPrefixTree([]).size).toBe(0);
    expect([...buildPrefixTree([[], []]).end]).toEqual([-1, -1]);
    expect(pathOf(buildPrefixTree([[]]), 0)).toHaveLength(0);
  });

  test('has each distinct prefix once, and each text along its path', () => {
    fc.assert(
      fc.property(sequences, (texts) => {
        const tree = buildPrefixTree(texts);
        const prefixes = new Set(texts.flatMap((text) => text.map((_, i) => text.slice(0, i + 1).join())));
        expect(tree.size).toBe(prefixes.size);
        for (const [i, text] of texts.entries())
          expect([...pathOf(tree, i)].map((node) => tree.token[node])).toEqual(text);
      }),
    );
  });

  test('is laid out depth first', () => {
    fc.assert(
      fc.property(sequences, (texts) => {
        const tree = buildPrefixTree(texts);
        const path: number[] = [];
        for (let node = 0; node < tree.size; node++) {
          path.length = (tree.depth[node] as number) - 1;
          expect(tree.parent[node]).toBe(path[path.length - 1] ?? -1);
          path.push(node);
        }
      }),
    );
  });

  test('does not depend on the order of the texts', () => {
    fc.assert(
      fc.property(sequences, (texts) => {
        const tree = buildPrefixTree(texts);
        const reversed = buildPrefixTree([...texts].reverse());
        expect(reversed.token).toEqual(tree.token);
        expect([...reversed.end].reverse()).toEqual([...tree.end]);
      }),
    );
  });
});
