import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OwnData } from '../../../src/core/data/own.ts';
import { optionLists } from '../../../src/panels/data/ColumnChoices.tsx';
import { freePlace, withLinks, withoutLinks, withRow } from '../../../src/panels/data/edit-own.ts';
import { parseReviews } from '../../../src/panels/data/reviews.ts';

const own: OwnData = {
  title: 'Mine',
  labels: ['a', 'b'].map((id) => ({ id, words: [id] })),
  template: { instruction: '', inputNames: ['One', 'Two'], labelName: 'Label' },
  pool: [{ text: 'p', label: 'a' }],
  eval: [
    { text: 'Paris fell', text2: 'France wept', label: 'a' },
    { text: 'q', label: 'b' },
  ],
};
const pair = own.eval[0] as OwnData['eval'][number];
const paris = { start: 0, end: 5, entityId: 'paris' };
const france = { start: 11, end: 17, entityId: 'france' };

describe('changes of own data', () => {
  it('put a row in place of another, or take it out, and leave the rest', () => {
    expect(withRow(own, 'eval', 1, { text: 'r', label: 'a' }).eval.map((r) => r.text)).toEqual(['Paris fell', 'r']);
    expect(withRow(own, 'eval', 0, null).eval).toEqual([own.eval[1]]);
    expect(withRow(own, 'eval', 0, null).pool).toBe(own.pool);
  });

  it('put links of a pair right in the whole and in each of its texts', () => {
    expect(withLinks(own, pair, [paris, france]).links).toEqual([
      { text: 'Paris fell France wept', mentions: [paris, france] },
      { text: 'Paris fell', mentions: [paris] },
      { text: 'France wept', mentions: [{ start: 0, end: 6, entityId: 'france' }] },
    ]);
  });

  it('put links right anew, and let them be found again', () => {
    const once = withLinks(own, pair, [paris]);
    expect(withLinks(once, pair, []).links?.every((link) => link.mentions.length === 0)).toBe(true);
    expect(withoutLinks(once, pair)).toEqual(own);
  });

  it('find words in a text only where nothing is linked', () => {
    expect(freePlace('rose and rose', 'rose', [])).toEqual({ start: 0, end: 4 });
    expect(freePlace('rose and rose', 'rose', [{ start: 0, end: 4, entityId: 'x' }])).toEqual({ start: 9, end: 13 });
    expect(freePlace('rose', 'rose', [{ start: 2, end: 3, entityId: 'x' }])).toBeNull();
    expect(freePlace('rose', '', [])).toBeNull();
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), (text, words) => {
        const place = freePlace(text, words, []);
        if (place === null) expect(text).not.toContain(words);
        else expect(text.slice(place.start, place.end)).toBe(words);
      }),
    );
  });
});

describe('lists of options among columns', () => {
  it('are found by their items', () => {
    expect(optionLists(['q', 'choices.text.0', 'choices.text.1', 'tags.0', 'x.1'])).toEqual(['choices.text']);
  });
});

describe('reviews of the bundled sets', () => {
  it('are read by set, and another file is refused', () => {
    const review = { sample: 50, agreed: 49, kappa: 0.96, disputed: ['e125'] };
    const { how, sets } = parseReviews(JSON.stringify({ how: 'Blindly.', topic: review }), 'review.json');
    expect([how, sets.get('topic')]).toEqual(['Blindly.', review]);
    expect(() => parseReviews('{"how":1}', 'review.json')).toThrow(/^review\.json cannot be read/u);
  });
});
