import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ROOT, SlotTree } from '../../../src/engines/embedded/slot-tree.ts';

describe('slots of the prefix cache', () => {
  test('are found by what came before them', () => {
    const tree = new SlotTree(4, 10);
    const a = tree.add(ROOT, 5);
    const b = tree.add(a, 5);
    expect(tree.find(ROOT, 5)).toBe(a);
    expect(tree.find(a, 5)).toBe(b);
    expect(tree.find(b, 5)).toBe(-1);
    const path = new Int32Array(2);
    tree.path(b, path);
    expect([...path]).toEqual([a, b]);
  });

  test('go to the next when they were unused for longest; pinned ones never do, needed ones last', () => {
    const removed: number[] = [];
    const tree = new SlotTree(3, 10, (slot) => removed.push(slot));
    const slots = [1, 2, 3].map((token) => tree.add(ROOT, token)) as [number, number, number];
    for (const slot of slots) tree.pin(slot);
    expect(tree.add(ROOT, 4)).toBe(-1);
    tree.release(slots[1]);
    tree.release(slots[0]);
    tree.markNeeded(slots[1]);
    expect(tree.add(ROOT, 4)).toBe(slots[0]);
    expect(removed).toEqual([slots[0]]);
  });

  test('are freed from the leaves, so that no slot loses its parent', () => {
    const operation = fc.record({
      text: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 6 }),
      evict: fc.integer({ min: 0, max: 4 }),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 30 }), (operations) => {
        const tree = new SlotTree(12, 3);
        for (const { text, evict } of operations) {
          const path: number[] = [];
          for (const token of text) {
            const parent = path[path.length - 1] ?? ROOT;
            const known = tree.find(parent, token);
            const slot = known >= 0 ? known : tree.add(parent, token);
            expect(slot).toBeGreaterThanOrEqual(0);
            tree.pin(slot);
            path.push(slot);
          }
          expect(path.map((slot) => tree.depth[slot])).toEqual(path.map((_, i) => i + 1));
          for (const slot of path.reverse()) tree.release(slot);
          const before = tree.size;
          tree.evict(evict);
          expect(tree.size).toBe(Math.max(0, before - evict));
        }
      }),
    );
  });
});
