import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordCutter } from '../../../../src/core/data/import/records.ts';

function cut(pieces: readonly string[], quotes = true): string[] {
  const cutter = new RecordCutter(',', quotes);
  return [...pieces.map((piece) => cutter.push(piece)), cutter.end()];
}

describe('cutting of text at the ends of its records', () => {
  it('keeps a line break inside quotes with its record', () => {
    expect(cut(['a,"b\nc"\nd,', 'e\n'])).toEqual(['a,"b\nc"\n', 'd,e\n', '']);
  });

  it('takes a quote inside a field as a character', () => {
    expect(cut(['a 5" disk,b\nc,d\n'])).toEqual(['a 5" disk,b\nc,d\n', '']);
  });

  it('takes all quotes as characters where it is told to', () => {
    expect(cut(['"a,b\nc,d\n'], false)).toEqual(['"a,b\nc,d\n', '']);
  });

  it('gives the same records wherever the pieces end, and loses nothing', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', '""', '"\n'), maxLength: 40 });
    fc.assert(
      fc.property(text, fc.array(fc.nat({ max: 40 }), { maxLength: 6 }), (whole, marks) => {
        const ends = [0, ...marks.map((m) => Math.min(m, whole.length)).sort((a, b) => a - b), whole.length];
        const pieces = ends.slice(1).map((end, i) => whole.slice(ends[i], end));
        const [joined, once] = [cut(pieces), cut([whole])];
        expect(joined.join('')).toBe(whole);
        expect(joined.slice(0, -1).join('')).toBe(once.slice(0, -1).join(''));
      }),
    );
  });
});
