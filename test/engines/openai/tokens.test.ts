import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundary, cover, textId, trusted } from '../../../src/engines/openai/tokens.ts';

const tokens = (...texts: string[]) => texts.map((text) => ({ id: textId(text), text }));

describe('tokens of a server', () => {
  it('cover the text they are cut from, however it is cut', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abcXYZ 01é漢,.\n'), maxLength: 6 });
    fc.assert(
      fc.property(fc.array(word), (pieces) => {
        expect(cover(tokens(...pieces), pieces.join(''))).toBe(true);
        expect(cover(tokens(...pieces.map((piece) => piece.toLowerCase())), pieces.join(''))).toBe(true);
        expect(cover(tokens(...pieces, 'q'), pieces.join(''))).toBe(false);
      }),
    );
  });

  it.each([
    [['▁The', '▁cat'], 'The cat', true],
    [['caf', '\uFFFD', '\uFFFD', '!'], 'café!', true],
    [['caf', '<0xC3>', '<0xA9>'], 'café', true],
    [['The', ' dog'], 'The cat', false],
    [['The'], 'The cat', false],
    [['dog', '\uFFFD'], 'cat é', false],
  ])('%j for %j: %s', (texts, text, expected) => {
    expect(cover(tokens(...texts), text)).toBe(expected);
  });

  it('begin to differ where a continuation changes the last token of its prompt', () => {
    expect(boundary(tokens('a', 'b'), tokens('a', 'b', 'c'))).toBe(2);
    expect(boundary(tokens('a', 'b'), tokens('a', 'bc'))).toBe(1);
    expect(boundary(tokens('a'), tokens('b'))).toBe(0);
  });

  it('have ids that are the same everywhere, whole and exact', () => {
    expect(textId('')).toBe(0xe3b0c44298fc);
    expect(textId(' Paris')).toBe(textId(' Paris'));
    expect(Number.isSafeInteger(textId('x'))).toBe(true);
  });

  it('have log-probabilities that can be ones, or are refused', () => {
    const [token] = tokens(' a');
    if (token === undefined) throw new Error('one token');
    expect(trusted('S', -1.5, token)).toBe(-1.5);
    expect(trusted('S', 1e-6, token)).toBe(0);
    for (const value of [null, undefined, -9999, Number.NEGATIVE_INFINITY])
      expect(() => trusted('S', value, token)).toThrow(/no log-probability/u);
    for (const value of [Number.NaN, '-1', {}])
      expect(() => trusted('S', value, token)).toThrow(/ as the log-probability/u);
    expect(() => trusted('S', 0.2, token)).toThrow(/none is above zero/u);
  });
});
