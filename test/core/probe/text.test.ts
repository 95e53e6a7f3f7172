import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Mention } from '../../../src/core/knowledge/types.ts';
import { exchanged, moved, surfaces, withoutEntities } from '../../../src/core/probe/text.ts';
import { stream } from '../../../src/core/random/stream.ts';

const TEXT = 'In Paris, the Seine passes the Louvre; nobody hurries.';
const mentionsOf = (text: string, names: readonly string[]): Mention[] =>
  names.flatMap((name) => {
    const start = text.indexOf(name);
    return start < 0 ? [] : [{ start, end: start + name.length, entityId: name.toLowerCase() }];
  });
const mentions = mentionsOf(TEXT, ['Paris', 'Seine', 'Louvre']);
const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];

/** Texts of words and entities (in capitals), with their mentions. */
const marked = fc
  .array(
    fc.tuple(fc.constantFrom('a', 'bee', 'sea', 'deer', 'OSLO', 'RHINE', 'MARS'), fc.constantFrom(' ', ', ', '. ')),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((parts) => {
    let text = '';
    const found: Mention[] = [];
    for (const [word, after] of parts) {
      if (/[A-Z]/u.test(word)) found.push({ start: text.length, end: text.length + word.length, entityId: word });
      text += word + after;
    }
    return { text, mentions: found };
  });

describe('entities of a text', () => {
  it('are taken out with the gap closed', () => {
    expect(withoutEntities(TEXT, mentions)).toBe('In, the passes the; nobody hurries.');
    expect(withoutEntities('nothing here', [])).toBe('nothing here');
  });

  it('take their possessive ending with them, and keep it when names change', () => {
    const text = "Paris's bridges and the tower's lift";
    const [paris] = mentionsOf(text, ['Paris']);
    const own = paris === undefined ? [] : [paris];
    expect(withoutEntities(text, own)).toBe("bridges and the tower's lift");
    expect(exchanged(text, own, { names: ['Oslo'] })).toBe("Oslo's bridges and the tower's lift");
    expect(exchanged(text, own, { random: stream(1, 'test') })).toMatch(/^Paris's /u);
  });

  it('give way to other names, one for each place', () => {
    expect(exchanged(TEXT, mentions, { names: ['Oslo', 'Rhine', 'Prado'] })).toBe(
      'In Oslo, the Rhine passes the Prado; nobody hurries.',
    );
  });

  it('leave no entity behind, and no other word out', () => {
    fc.assert(
      fc.property(marked, ({ text, mentions: own }) => {
        const left = withoutEntities(text, own);
        expect(left).not.toMatch(/[A-Z]/u);
        expect(wordsOf(left)).toEqual(wordsOf(text).filter((word) => !/[A-Z]/u.test(word)));
      }),
    );
  });
});

describe('shuffled words', () => {
  it('keep entities, punctuation and spaces where they were, and lose no word', () => {
    fc.assert(
      fc.property(marked, fc.nat(1000), ({ text, mentions: own }, seed) => {
        const shuffled = exchanged(text, own, { random: stream(seed, 'test') });
        const others = (of: string) => wordsOf(of).filter((word) => !/[A-Z]/u.test(word));
        expect([...others(shuffled)].sort()).toEqual([...others(text)].sort());
        expect(shuffled.match(/[A-Z]+/gu)).toEqual(text.match(/[A-Z]+/gu));
        expect(shuffled.replace(/[\p{L}\p{N}]+/gu, 'x')).toBe(text.replace(/[\p{L}\p{N}]+/gu, 'x'));
      }),
    );
  });

  it('are the same for the same stream', () => {
    const once = exchanged(TEXT, mentions, { random: stream(4, 'test') });
    expect(exchanged(TEXT, mentions, { random: stream(4, 'test') })).toBe(once);
    expect(once).not.toBe(TEXT);
    expect(surfaces(TEXT, mentions)).toEqual(['Paris', 'Seine', 'Louvre']);
  });

  it('and names can be exchanged at once', () => {
    const both = exchanged(TEXT, mentions, { names: ['Oslo', 'Rhine', 'Prado'], random: stream(4, 'test') });
    expect(both).toBe(
      exchanged(TEXT, mentions, { random: stream(4, 'test') })
        .replace('Paris', 'Oslo')
        .replace('Seine', 'Rhine')
        .replace('Louvre', 'Prado'),
    );
  });
});

describe('a moved list', () => {
  it('has the same items, and another order as soon as two of them differ', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 }), fc.nat(1000), (items, seed) => {
        const turned = moved(items, stream(seed, 'test'));
        expect([...turned].sort()).toEqual([...items].sort());
        expect(turned.every((item, i) => item === items[i])).toBe(new Set(items).size < 2);
      }),
    );
  });
});
