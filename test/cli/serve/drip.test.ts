import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Drip } from '../../../src/cli/serve/drip.ts';
import type { TokenResult } from '../../../src/engines/embedded/tokens.ts';

const result = (text: string, n: number, finish: TokenResult['finish']): TokenResult => ({
  text,
  tokenIds: Array.from({ length: n }, (_, i) => i),
  tokenLogprobs: [],
  tokens: Array.from({ length: n }, (_, id) => ({ id, logprob: -1, rank: 1, top: [] })),
  finish,
});

test('pieces of a text join to the text, and nothing of a stop text is ever sent', () => {
  const pieces = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 3 }), { maxLength: 12 });
  const stops = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 4 }), {
    maxLength: 3,
  });
  fc.assert(
    fc.property(pieces, stops, (parts, stop) => {
      const drip = new Drip({ stop });
      let text = '';
      let sent = '';
      let tokens = 0;
      for (const [i, part] of parts.entries()) {
        text += part;
        const at = stop.map((end) => text.indexOf(end)).filter((found) => found >= 0);
        const cut = at.length > 0 ? text.slice(0, Math.min(...at)) : text;
        const last = i === parts.length - 1 || at.length > 0;
        const drop = last ? drip.rest(result(cut, i + 1, 'stop')) : drip.more(result(cut, i + 1, 'length'));
        if (drop !== null) {
          expect(drop.offset).toBe(sent.length);
          sent += drop.text;
          tokens += drop.tokens.length;
          expect(stop.some((end) => sent.includes(end))).toBe(false);
        }
        if (last) {
          expect(sent).toBe(cut);
          expect(tokens).toBe(i + 1);
          break;
        }
      }
    }),
  );
});

test('half a character waits for its other half', () => {
  const drip = new Drip({ stop: [] });
  expect(drip.more(result('a\uFFFD', 2, 'length'))?.text).toBe('a');
  expect(drip.more(result('aé', 3, 'length'))?.text).toBe('é');
});
