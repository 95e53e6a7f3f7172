import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntityLinker } from '../../../src/core/knowledge/linker.ts';
import type { Entity } from '../../../src/core/knowledge/types.ts';
import { entity } from '../../support/small-world.ts';

const entities: readonly Entity[] = [
  entity('new-york', 'New York', ['New York City', 'NYC'], 'the largest city of the United States'),
  entity('york', 'York', [], 'an old city in the north of England'),
  entity('new-york-times', 'The New York Times', ['New York Times'], 'a newspaper'),
  entity('usa', 'United States', ['U.S.', 'USA', 'America'], 'a country'),
  entity('who', 'World Health Organization', ['WHO'], 'an agency of the United Nations for health'),
  entity('apple-inc', 'Apple', [], 'a company that makes phones and computers'),
  entity('apple', 'apple', [], 'a round fruit that grows on a tree'),
  entity('mercury-planet', 'Mercury', [], 'the planet nearest to the Sun, without a moon'),
  entity('mercury-metal', 'mercury', ['quicksilver'], 'a liquid metal used in old thermometers'),
  entity('coca-cola', 'Coca-Cola', ['Coca Cola'], 'a sweet drink'),
  entity('zurich', 'Zürich', [], 'a city of Switzerland'),
  entity('sao-paulo', 'São Paulo', [], 'a city of Brazil'),
  entity('dog', 'dog', [], 'an animal that barks'),
  entity('tiger', 'tiger', [], 'a large striped cat'),
  entity('len', 'len', [], 'a word of three letters'),
  entity('glass', 'glass', [], 'a clear hard material'),
  entity('eiffel', 'Eiffel Tower', [], 'an iron tower'),
  entity('tower-bridge', 'Tower Bridge', [], 'a bridge over the Thames'),
  entity('iphone', 'iPhone', [], 'a phone'),
  entity('orwell-1984', 'Nineteen Eighty-Four', ['1984'], 'a novel'),
];

const linker = new EntityLinker(entities, () => []);
const found = (text: string): string[] => linker.link(text).map((m) => `${text.slice(m.start, m.end)}=${m.entityId}`);

describe('entity linker', () => {
  it('takes the longest name that fits', () => {
    expect(found('She reads the New York Times in New York City near York.')).toEqual([
      'New York Times=new-york-times',
      'New York City=new-york',
      'York=york',
    ]);
  });

  it('takes the leftmost of two names that overlap', () => {
    expect(found('The Eiffel Tower Bridge is a myth.')).toEqual(['Eiffel Tower=eiffel']);
  });

  it('links a capitalised name only where a capital stands', () => {
    expect(found('They met in York.')).toEqual(['York=york']);
    expect(found('Is york a verb here?')).toEqual([]);
  });

  it('links an all-capital name only to itself', () => {
    expect(found('The WHO said so.')).toEqual(['WHO=who']);
    expect(found('Who said so?')).toEqual([]);
  });

  it('links a lower-case name in any case', () => {
    expect(found('Dog owners know: a dog barks.')).toEqual(['Dog=dog', 'dog=dog']);
    expect(found('The iPhone and the IPHONE')).toEqual(['iPhone=iphone', 'IPHONE=iphone']);
  });

  it('links names of several words, but not of one, in a text without capitals', () => {
    expect(found('trains from new york to york')).toEqual(['new york=new-york']);
  });

  it('links plurals of lower-case names, but cuts neither short words nor words in ss', () => {
    expect(found('Two tigers roar.')).toEqual(['tigers=tiger']);
    expect(found('A fine lens.')).toEqual([]);
    expect(found('A glass breaks.')).toEqual(['glass=glass']);
    expect(found('The Yorks met.')).toEqual([]);
  });

  it.each(["York's walls", 'York’s walls'])('leaves the possessive outside the mention: %s', (text) => {
    expect(found(text)).toEqual(['York=york']);
  });

  it.each(['Coca-Cola', 'Coca Cola'])('links a name with and without its hyphen: %s', (name) => {
    expect(found(`A can of ${name} please.`)).toEqual([`${name}=coca-cola`]);
  });

  it('links inside a hyphenated word', () => {
    expect(found('the York-based team')).toEqual(['York=york']);
  });

  it('links a number that is a name', () => {
    expect(found('He read 1984 twice.')).toEqual(['1984=orwell-1984']);
  });

  it('links an all-capital abbreviation that ends in a full stop', () => {
    expect(found('The U.S. economy grew.').map((m) => m.split('=')[1])).toEqual(['usa']);
    expect(found('He flew to the U.S. on Monday.').map((m) => m.split('=')[1])).toEqual(['usa']);
  });

  it('tells entities of one name apart by the words around them', () => {
    expect(found('The company sold fewer phones, so Apple fell.')).toEqual(['Apple=apple-inc']);
    expect(found('A tree dropped its fruit, an apple.')).toEqual(['apple=apple']);
    expect(found('Old thermometers held a metal called mercury.')).toEqual(['mercury=mercury-metal']);
    expect(found('Of every planet it is Mercury that is nearest to the Sun.')).toEqual(['Mercury=mercury-planet']);
  });

  it('uses neighbours in the graph as context too', () => {
    const georgias = [entity('georgia-us', 'Georgia'), entity('georgia-ge', 'Georgia')];
    const neighbours: Record<string, string[]> = { 'georgia-us': ['Atlanta'], 'georgia-ge': ['Tbilisi'] };
    const withGraph = new EntityLinker(georgias, (id) => neighbours[id] ?? []);
    expect(withGraph.link('Georgia, seen from Tbilisi')[0]?.entityId).toBe('georgia-ge');
    expect(withGraph.link('Georgia, seen from Atlanta')[0]?.entityId).toBe('georgia-us');
  });

  it('prefers the capitalised entity for a capital inside a sentence', () => {
    expect(found('He saw Mercury.')).toEqual(['Mercury=mercury-planet']);
  });

  it('gives offsets in UTF-16 units after emoji and accents', () => {
    const text = '🎉👩‍🚀 Über Zürich fliegt man nach São Paulo 🇧🇷, sagt WHO';
    expect(found(text)).toEqual(['Zürich=zurich', 'São Paulo=sao-paulo', 'WHO=who']);
  });

  it('links an accented name that is written with combining marks', () => {
    const text = 'Nach Zu\u0308rich.';
    expect(linker.link(text)).toEqual([{ start: 5, end: 12, entityId: 'zurich' }]);
  });

  it.each(['New, York', 'New; York', 'New (York)'])('does not join the parts of a name across "%s"', (text) => {
    expect(found(text)).toEqual(['York=york']);
  });

  it.each(['New\nYork', 'New\r\nYork', 'New \n York'])(
    'does not join the parts of a name across a new line: %j',
    (text) => {
      expect(found(text)).toEqual(['York=york']);
    },
  );

  it('does not take a function word for a name, neither at the start of a sentence nor as a noun', () => {
    const odd = new EntityLinker(
      [entity('it-novel', 'It', [], 'a novel'), entity('tin-can', 'tin can', ['can'], 'a container made of metal')],
      () => [],
    );
    expect(odd.link('It was dull. It took hours.')).toEqual([]);
    expect(odd.link('You can do better.')).toEqual([]);
  });

  it('finds nothing in nothing', () => {
    expect(linker.link('')).toEqual([]);
    expect(linker.link(' ,.!? 🎉')).toEqual([]);
    expect(new EntityLinker([], () => []).link('New York')).toEqual([]);
  });

  it('survives names without letters and names of the prototype', () => {
    const odd = new EntityLinker([entity('a', '…'), entity('b', 'constructor'), entity('c', '__proto__')], () => []);
    expect(odd.link('the constructor … toString').map((m) => m.entityId)).toEqual(['b']);
  });

  it('gives mentions that are sorted, apart from one another and inside the text', () => {
    const piece = fc.oneof(
      fc.constantFrom(...entities.flatMap((e) => [e.name, ...e.aliases])),
      fc.constantFrom(' ', ', ', '-', "'s", '\n', '. ', '🎉', 'é', 'S'),
      fc.string({ unit: 'grapheme', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        let end = 0;
        for (const mention of linker.link(text)) {
          expect(mention.start).toBeGreaterThanOrEqual(end);
          expect(mention.end).toBeGreaterThan(mention.start);
          end = mention.end;
          expect(text.slice(mention.start, mention.end)).toMatch(
            /^[\p{L}\p{M}\p{N}].*[\p{L}\p{M}\p{N}]$|^[\p{L}\p{M}\p{N}]$/su,
          );
        }
        expect(end).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 200 },
    );
  });

  it('finds every name that stands alone', () => {
    for (const { id, name } of entities) {
      expect(linker.link(`We saw ${name} today`).map((m) => m.entityId)).toContain(id);
    }
  });
});
