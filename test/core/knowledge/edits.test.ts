import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { ownDataSchema } from '../../../src/core/data/own.ts';
import { withEdits } from '../../../src/core/knowledge/edits.ts';
import { knowledgeFor } from '../../../src/core/knowledge/for-data.ts';
import { linkedText, overlap } from '../../../src/core/knowledge/relevance.ts';
import { topicalEntities } from '../../../src/core/knowledge/topical.ts';
import { encodeNouns } from '../../../src/core/knowledge/wordnet/format.ts';
import { NOUNS } from '../../../src/core/knowledge/wordnet/load.ts';
import { entity, knowledgeOf } from '../../support/small-world.ts';

const base = knowledgeOf([entity('paris', 'Paris'), entity('france', 'France'), entity('rome', 'Rome')]);
const paris = { start: 0, end: 5, entityId: 'paris' };
const france = { start: 9, end: 15, entityId: 'france' };
const text = 'Paris in France';

describe('links put right by hand', () => {
  it('take the place of those that were found, in that text alone', () => {
    const edited = withEdits(base, [{ text, mentions: [{ ...paris, entityId: 'rome' }] }]);
    expect(edited.link(text)).toEqual([{ ...paris, entityId: 'rome' }]);
    expect(edited.link(`${text}.`)).toEqual([paris, france]);
  });

  it('change what depends on them, and the digest', () => {
    const edited = withEdits(base, [{ text, mentions: [] }]);
    const sets = [base, edited].map((k) => linkedText(topicalEntities(k, text), () => undefined).entities);
    const other = linkedText(topicalEntities(base, 'To France'), () => undefined).entities;
    expect(sets.map((set) => overlap(set, other))).toEqual([0.5, 0]);
    expect(edited.digest).not.toBe(base.digest);
  });

  it('leave out entities that the base does not have, and come in the order of the text', () => {
    const unknown = { start: 6, end: 8, entityId: 'nowhere' };
    expect(withEdits(base, [{ text, mentions: [france, unknown, paris] }]).link(text)).toEqual([paris, france]);
  });

  it('that are none change nothing', () => {
    expect(withEdits(base, [])).toBe(base);
  });
});

describe('knowledge that own data ask for', () => {
  const nouns = encodeNouns({
    types: ['thing'],
    senses: [{ parent: -1, instance: false, type: 0 }],
    forms: [{ text: 'lamp', sense: 0, title: true }],
  });
  const assets = (files: Record<string, Uint8Array>) => ({
    read: async (name: string) => files[name] ?? Promise.reject(new Error(`no ${name}`)),
  });

  it('reads WordNet only where it is asked for', async () => {
    expect(await knowledgeFor(assets({}), base, undefined)).toBe(base);
    expect(await knowledgeFor(assets({}), base, {})).toBe(base);
    const wide = await knowledgeFor(assets({ [NOUNS]: nouns }), base, { wordnet: true });
    expect(wide.link('a lamp in Paris').map((m) => m.entityId)).toEqual(['wordnet:lamp', 'paris']);
  });
});

describe('links in own data', () => {
  const own = (mentions: unknown) => ({
    title: 'x',
    labels: ['a', 'b'].map((id) => ({ id, words: [id] })),
    template: { instruction: '', inputNames: ['Text'], labelName: 'Label' },
    pool: [],
    eval: [{ text, label: 'a' }],
    links: [{ text, mentions }],
  });

  it.each([
    ['outside the text', [{ start: 10, end: 99, entityId: 'x' }]],
    ['over one another', [paris, { ...paris, start: 3 }]],
    ['backwards', [{ start: 5, end: 2, entityId: 'x' }]],
  ])('are refused where they are %s', (_what, mentions) => {
    expect(v.safeParse(ownDataSchema, own(mentions)).success).toBe(false);
    expect(v.safeParse(ownDataSchema, own([paris, france])).success).toBe(true);
  });
});
