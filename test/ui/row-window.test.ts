import { describe, expect, it } from 'vitest';
import { rowAt, rowStarts, rowsInSight, scrollFor } from '../../src/ui/row-window.ts';

const HEIGHTS = [10, 50, 10, 10, 30];
const starts = rowStarts(5, 99, (row) => HEIGHTS[row]);

describe('rows of unequal height', () => {
  it('begin where those before them end', () => {
    expect([...starts]).toEqual([0, 10, 60, 70, 80, 110]);
    expect([...rowStarts(3, 42, (row) => (row === 1 ? 84 : undefined))]).toEqual([0, 42, 126, 168]);
  });

  it('are found by a distance, the nearest outside of the list', () => {
    for (let pixels = 0; pixels < 110; pixels++) {
      const row = rowAt(starts, pixels);
      expect(starts[row]).toBeLessThanOrEqual(pixels);
      expect(starts[row + 1]).toBeGreaterThan(pixels);
    }
    expect(rowAt(starts, -5)).toBe(0);
    expect(rowAt(starts, 1000)).toBe(4);
  });

  it('are drawn where they are in sight, with some beyond, and always the one in use', () => {
    const sight = (top: number, bottom: number, over: number, always: number) =>
      rowsInSight(starts, { top, bottom, over, always });
    expect(sight(15, 65, 0, 1)).toEqual([1, 2]);
    expect(sight(15, 65, 1, 1)).toEqual([0, 1, 2, 3]);
    expect(sight(15, 65, 0, 4)).toEqual([1, 2, 4]);
    expect(sight(75, 200, 0, 0)).toEqual([0, 3, 4]);
    expect(
      rowsInSight(
        rowStarts(0, 42, () => undefined),
        { top: 0, bottom: 100, over: 3, always: 0 },
      ),
    ).toEqual([]);
  });

  it('are scrolled to as far as is needed', () => {
    const at = (row: number, top: number) => scrollFor(starts, row, { top, height: 40 });
    expect(at(2, 35)).toBe(35);
    expect(at(3, 35)).toBe(40);
    expect(at(0, 35)).toBe(0);
    expect(at(4, 35)).toBe(70);
    // Taller than the box: its beginning counts.
    expect(at(1, 0)).toBe(10);
  });
});
