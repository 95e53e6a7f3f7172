import { describe, expect, it } from 'vitest';
import { type Caution, cautionsByName } from '../../../src/core/knowledge/cautions.ts';
import { EntityLinker } from '../../../src/core/knowledge/linker.ts';
import { entity } from '../../support/small-world.ts';

const entities = [
  entity('play', 'play', [], 'text acted on a stage'),
  entity('saw', 'saw', [], 'a tool'),
  entity('can', 'tin can', ['can'], 'a container'),
  entity('second', 'second', [], 'a unit'),
  entity('head', 'head', [], 'part of a body'),
  entity('imagine', 'Imagine', [], 'a song', 'song'),
  entity('match', 'match', [], 'a stick'),
  entity('bank', 'bank', [], 'keeps money'),
  entity('plane-tool', 'plane', [], 'shaves wood'),
  entity('plane', 'airplane', ['plane'], 'flies'),
  entity('curie', 'Marie Curie', [], 'a scientist', 'person'),
  entity('darwin', 'Charles Darwin', ['Darwin'], 'a naturalist', 'person'),
  entity('darwin-city', 'Darwin', [], 'a port', 'city'),
  entity('amazon', 'Amazon', [], 'a shop', 'company'),
  entity('amazon-river', 'Amazon', [], 'a stream', 'river'),
  entity('bill', 'bill', [], 'a banknote'),
  entity('lake', 'lake', [], 'water', 'class'),
  entity('prince', 'The Prince', [], 'a book', 'book'),
  entity('who', 'World Health Organization', ['WHO'], 'an agency'),
];
const caution = (name: string, rule: Caution['rule'], words = '', entityId?: string): Caution => ({
  name,
  entityId,
  rule,
  words: new Set(words.split(' ').filter((w) => w !== '')),
});
const linker = new EntityLinker(
  entities,
  () => [],
  cautionsByName([
    caution('play', 'noun'),
    caution('saw', 'strict'),
    caution('can', 'strict'),
    caution('second', 'alone'),
    caution('head', 'before', 'office'),
    caution('imagine', 'inside', 'song'),
    caution('match', 'clue', 'struck lit', 'match'),
    caution('bank', 'not', 'river'),
    caution('plane', 'first', '', 'plane'),
  ]),
);
const ids = (text: string): string[] => linker.link(text).map((m) => m.entityId);

describe('names that are also other words', () => {
  it.each([
    ['noun', ['The play was long.', 'In play and song'], ['They play the game.', 'Will you play?', 'Play the ball!']],
    ['strict', ['She took the saw.', 'a rusty saw'], ['We saw him.', 'Nobody saw it.']],
    ['strict, of a function word', ['She opened a can of beans.'], ['Nobody can.', 'Can she come?']],
    ['alone', ['It took a second to load.', 'One second!'], ['a second career', 'the second-best']],
    ['before', ['He shook his head.'], ['the head office']],
    ['inside', ['They sang Imagine.', 'Imagine is a song.'], ['Imagine a world.']],
    ['clue', ['He struck a match.', 'They lit three matches.'], ['They won the match.']],
    ['not', ['The bank lent money.'], ['the bank of the river']],
  ])('%s', (_rule, named, others) => {
    for (const text of named) expect(ids(text), text).toHaveLength(1);
    for (const text of others) expect(ids(text), text).toEqual([]);
  });

  it('first: says which entity it is where nothing else tells', () => {
    expect(ids('The plane was late.')).toEqual(['plane']);
    expect(ids('The plane shaves well.')).toEqual(['plane-tool']);
  });

  it('an unknown clue far away tells nothing', () => {
    expect(ids(`He struck. ${'So it went on and on and on. '.repeat(60)}They won the match.`)).toEqual([]);
  });
});

describe('names told by what stands beside them', () => {
  it('a person named in full is known by the last name from then on, and in no other text', () => {
    expect(ids('Marie Curie came. Curie’s notes stayed.')).toEqual(['curie', 'curie']);
    expect(ids('Curie came.')).toEqual([]);
  });

  it('a preposition of place tells a city from a person', () => {
    expect(ids('She met Darwin.')).toEqual(['darwin']);
    expect(ids('She lives in Darwin.')).toEqual(['darwin-city']);
    expect(ids("She read it in Darwin's book.")).toEqual(['darwin']);
  });

  it('an article tells a river from a company', () => {
    expect(ids('They swam in the Amazon.')).toEqual(['amazon-river']);
    expect(ids('They work for Amazon.')).toEqual(['amazon']);
  });

  it('a common noun with a capital inside a sentence is a name of something else, unless it is a title', () => {
    expect(ids('My uncle Bill came.')).toEqual([]);
    expect(ids('Bill of ten dollars')).toEqual(['bill']);
    expect(ids('They swam in Lake Nowhere.')).toEqual(['lake']);
  });

  it('a capital article is part of a title', () => {
    expect(ids('I read The Prince.')).toEqual(['prince']);
    expect(ids('I met the Prince.')).toEqual([]);
  });

  it('in a text of capitals alone, they tell nothing', () => {
    expect(ids('WHO CAN SAY?')).toEqual([]);
    expect(ids('The WHO said it.')).toEqual(['who']);
  });
});
