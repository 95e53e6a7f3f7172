import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { statementOf } from '../../../src/core/knowledge/statements.ts';
import { withWordNet } from '../../../src/core/knowledge/wordnet/extend.ts';
import { decodeNouns, encodeNouns, type Nouns } from '../../../src/core/knowledge/wordnet/format.ts';
import { factsAbout } from '../../../src/core/rumination/facts.ts';
import { entity, knowledgeOf } from '../../support/small-world.ts';

const form = (text: string, sense: number, title = true) => ({ text, sense, title });
const nouns: Nouns = {
  types: ['thing', 'animal', 'place'],
  senses: [
    { parent: -1, instance: false, type: 0 },
    { parent: 0, instance: false, type: 1 },
    { parent: 1, instance: false, type: 1 },
    { parent: 4, instance: true, type: 2 },
    { parent: 0, instance: false, type: 2 },
  ],
  forms: [
    form('Tarn', 3),
    form('dog', 1),
    form('object', 0),
    form('poodle', 2),
    form('poodle dog', 2, false),
    form('river', 4),
  ],
};

describe('file of nouns', () => {
  it('gives back what was written', () => {
    expect(decodeNouns(encodeNouns(nouns), 'f')).toEqual(nouns);
  });

  it('gives back any nouns', () => {
    const senses = fc.array(fc.record({ parent: fc.nat(), instance: fc.boolean(), type: fc.nat({ max: 2 }) }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(
        senses,
        fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.nat(), fc.boolean())),
        (list, forms) => {
          const data: Nouns = {
            types: ['a', 'b', 'c'],
            senses: list.map((s, i) => ({ ...s, parent: s.parent % list.length === i ? -1 : s.parent % list.length })),
            forms: forms.map(([text, sense, title]) => form(text, sense % list.length, title)),
          };
          expect(decodeNouns(encodeNouns(data), 'f')).toEqual(data);
        },
      ),
    );
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['another file', gzipSync(new TextEncoder().encode('\u0003abc'))],
    ['half of it', encodeNouns(nouns).subarray(0, 40)],
    ['a sense that is not there', encodeNouns({ ...nouns, forms: [form('x', 9)] })],
    ['a type that is not there', encodeNouns({ ...nouns, types: ['thing'] })],
  ])('that is %s is refused with its name and a way out', (_what, bytes) => {
    expect(() => decodeNouns(bytes, 'nouns.bin')).toThrow(/^nouns\.bin cannot be read: .*Run "npm run wordnet"\.$/u);
  });
});

describe('base with WordNet around it', () => {
  const base = knowledgeOf([entity('dog', 'dog', [], 'a pet', 'animal')], { dog: [1, 2] });
  const wide = withWordNet(base, nouns, 'x');

  it('links what the base does not know, and what it knows to the base', () => {
    const text = 'A poodle is a dog; two poodles swam in the Tarn.';
    expect(wide.link(text).map((m) => `${text.slice(m.start, m.end)}=${m.entityId}`)).toEqual([
      'poodle=wordnet:poodle',
      'dog=dog',
      'poodles=wordnet:poodle',
      'Tarn=wordnet:Tarn',
    ]);
  });

  it('does not link a noun where it stands as a verb, nor a name without its capital', () => {
    expect(wide.link('They river the tarn.')).toEqual([]);
  });

  it('says of each thing what kind it is, in sentences that rumination can use', () => {
    const facts = factsAbout(wide, { text: 'A poodle by the Tarn.' } as Parameters<typeof factsAbout>[1]);
    expect(facts.map((t) => statementOf(wide, t))).toEqual([
      expect.stringMatching(/^Poodle is a kind of dog/u),
      expect.stringMatching(/^Tarn is an instance of river/u),
    ]);
  });

  it('gives a thing the vector of the nearest kind that the base has, and none where there is none', () => {
    expect([...(wide.vector('wordnet:poodle') ?? [])]).toEqual([1, 2]);
    expect(wide.vector('wordnet:Tarn')).toBeUndefined();
    expect([...(wide.vector('dog') ?? [])]).toEqual([1, 2]);
  });

  it('has a digest of its own', () => {
    expect(wide.digest).not.toBe(base.digest);
    expect(withWordNet(base, nouns, 'y').digest).not.toBe(wide.digest);
  });
});

const file = new URL('../../../public/knowledge/wordnet/nouns.bin', import.meta.url);

describe('bundled WordNet', () => {
  const bytes = new Uint8Array(readFileSync(file));
  const bundled = decodeNouns(bytes, 'nouns.bin');
  const senseOf = new Map(bundled.forms.map((f) => [f.text, f.sense]));
  const titleOf = new Map(bundled.forms.filter((f) => f.title).map((f) => [f.sense, f.text]));

  it('has at most 2 MB, with its licence beside it', () => {
    expect(bytes.length).toBeLessThanOrEqual(2_000_000);
    expect(existsSync(new URL('LICENSE', file))).toBe(true);
  });

  it('has each written form once and one title for each sense', () => {
    expect(senseOf.size).toBe(bundled.forms.length);
    expect(titleOf.size).toBe(bundled.senses.length);
  });

  it.each([
    ['poodle', 'dog'],
    ['accordionist', 'musician'],
    ['Garonne', 'river'],
    ['theodolite', 'instrument'],
  ])('knows that %s is, in the end, a kind of %s', (text, kind) => {
    const chain: string[] = [];
    for (let s = senseOf.get(text) ?? -1; s >= 0; s = bundled.senses[s]?.parent ?? -1) chain.push(titleOf.get(s) ?? '');
    expect(chain).toContain(kind);
  });

  it('leads from every sense to the top', () => {
    const endless = bundled.senses.filter((_, i) => {
      let steps = 0;
      for (let s = i; s >= 0 && steps < 40; s = bundled.senses[s]?.parent ?? -1) steps++;
      return steps >= 40;
    });
    expect(endless).toEqual([]);
  });

  it.each(['be', 'may', 'will', 'it', 'set', 'good'])('leaves out "%s", which is seldom a noun', (word) => {
    expect(senseOf.has(word)).toBe(false);
  });
});
