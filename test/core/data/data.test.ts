import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assets } from '../../../src/core/assets.ts';
import { datasetCatalog, loadDataset } from '../../../src/core/data/bundled.ts';
import { parseCard, parseDataset } from '../../../src/core/data/card.ts';
import { guardPool, normalisedText } from '../../../src/core/data/leak.ts';
import { type OwnData, ownDataset } from '../../../src/core/data/own.ts';
import { KnowshotError } from '../../../src/core/errors.ts';
import { example, smallDataset } from '../../support/small-world.ts';

const card = {
  id: 'tiny',
  title: 'Tiny',
  task: 'single',
  summary: 'Two rows.',
  labels: [
    { id: 'a', words: ['alpha'] },
    { id: 'b', words: ['beta'] },
  ],
  template: { instruction: '', inputNames: ['Text'], labelName: 'Label' },
  language: 'en',
  licence: 'CC-BY-4.0',
  provenance: 'By hand.',
};
const lines = (...rows: readonly unknown[]): string => rows.map((row) => JSON.stringify(row)).join('\n');
const pool = lines({ id: 'p1', text: 'one', label: 'a' }, { id: 'p2', text: 'two', label: 'b' });
const evaluation = lines({ id: 'e1', text: 'three', label: 'a' });
const parse = (changes: Partial<{ card: unknown; pool: string; eval: string }> = {}) =>
  parseDataset(
    { card: JSON.stringify(changes.card ?? card), pool: changes.pool ?? pool, eval: changes.eval ?? evaluation },
    'datasets/tiny',
  );

describe('data set files', () => {
  it('give a data set with its rows in order', () => {
    const dataset = parse();
    expect(dataset.demoPool.map((e) => e.id)).toEqual(['p1', 'p2']);
    expect(dataset.evalSet).toEqual([{ id: 'e1', text: 'three', label: 'a' }]);
    expect(dataset.digest).toMatch(/^[0-9a-f]{64}$/u);
  });

  it('may end in a new line and have lines of Windows', () => {
    expect(parse({ pool: `${pool.replaceAll('\n', '\r\n')}\r\n\r\n` }).demoPool).toHaveLength(2);
  });

  it.each([
    ['a line that is no JSON', { pool: `${pool}\n{"id":` }, /pool\.jsonl, line 3 is not JSON/u],
    [
      'an unknown label',
      { eval: lines({ id: 'e', text: 'x', label: 'c' }) },
      /eval\.jsonl, line 1: the label "c" is not one of a, b/u,
    ],
    ['an id twice', { pool: `${pool}\n${pool}` }, /line 3: the id "p1" is used twice/u],
    ['an empty text', { pool: lines({ id: 'p', text: '', label: 'a' }) }, /line 1: text/u],
    ['a missing label', { pool: lines({ id: 'p', text: 'x' }) }, /line 1: label/u],
    [
      'a card with one label',
      { card: { ...card, labels: card.labels.slice(1) } },
      /card\.json is not a data set card: labels/u,
    ],
    [
      'a label without words',
      { card: { ...card, labels: [{ id: 'a', words: [] }, card.labels[1]] } },
      /labels\.0\.words/u,
    ],
  ])('are refused for %s, naming the place', (_what, changes, message) => {
    expect(() => parse(changes)).toThrow(message);
  });

  it('are refused for two labels of one id', () => {
    expect(() => parseCard(JSON.stringify({ ...card, labels: [card.labels[0], card.labels[0]] }), 'card')).toThrow(
      /a/u,
    );
  });

  it('have a digest that changes with everything that can change a number, and with nothing else', () => {
    const digest = parse().digest;
    expect(parse({ card: { ...card, title: 'Other', summary: 'Other.' } }).digest).toBe(digest);
    const changed = [
      { card: { ...card, labels: [...card.labels].reverse() } },
      { card: { ...card, template: { ...card.template, labelName: 'Kind' } } },
      { pool: pool.replace('two', 'Two') },
      { pool: pool.split('\n').reverse().join('\n') },
      { eval: evaluation.replace('"a"', '"b"') },
    ];
    const digests = changed.map((change) => parse(change).digest);
    expect(new Set([...digests, digest]).size).toBe(changed.length + 1);
  });
});

describe('bundled data sets', () => {
  const nothing: Assets = { read: async (path) => Promise.reject(new Error(`no ${path}`)) };

  it('are refused by an unknown name, the known ones listed', async () => {
    await expect(loadDataset(nothing, 'sst9')).rejects.toThrow(
      /no bundled set "sst9".*topic.*sentiment.*question-type/u,
    );
    await expect(loadDataset(nothing, '__proto__')).rejects.toThrow(/no bundled set/u);
  });

  it('are in the catalog once each', () => {
    expect(new Set(datasetCatalog.map((entry) => entry.id)).size).toBe(datasetCatalog.length);
  });
});

describe('own data', () => {
  const own: OwnData = {
    title: 'Mine',
    labels: card.labels,
    template: card.template,
    pool: [{ text: 'one', label: 'a' }],
    eval: [
      { text: 'two', text2: 'and more', label: 'b' },
      { text: 'three', label: 'a' },
    ],
  };

  it('has ids by position', () => {
    const dataset = ownDataset(own);
    expect(dataset.demoPool.map((e) => e.id)).toEqual(['p1']);
    expect(dataset.evalSet.map((e) => e.id)).toEqual(['e1', 'e2']);
    expect(dataset.evalSet[0]?.text2).toBe('and more');
  });

  it('with half a surrogate pair in a text is taken or refused with a message, as a file can hold it', () => {
    const odd = { ...own, pool: [{ text: 'half \ud800 pair', label: 'a' }] };
    try {
      expect(ownDataset(odd).digest).toMatch(/^[0-9a-f]{64}$/u);
    } catch (error) {
      expect(error).toBeInstanceOf(KnowshotError);
    }
  });

  it('with a label that is not declared is refused, naming row and set', () => {
    expect(() => ownDataset({ ...own, eval: [...own.eval, { text: 'x', label: 'z' }] })).toThrow(
      /Row 3 of the evaluation set has the label "z".*a, b/u,
    );
  });
});

describe('leak guard', () => {
  it('takes a query out of the pool however it is cased, spaced and punctuated', () => {
    const query = example('q', 'Who wrote “Dracula”?', 'a');
    const variants = ['who wrote dracula', 'WHO  WROTE\tDracula!!', 'Who wrote "Dracula" ?', 'Ｗho wrote Dracula?'];
    const rows = variants.map((text, i) => example(`p${i}`, text, 'a'));
    const { pool: kept, leaked } = guardPool([...rows, example('p9', 'Who read Dracula?', 'a')], [query]);
    expect(kept.map((e) => e.id)).toEqual(['p9']);
    expect(leaked).toHaveLength(4);
  });

  it('keeps the first of repeated items', () => {
    const { pool: kept, repeated } = guardPool([example('1', 'Same.', 'a'), example('2', 'same', 'b')], []);
    expect([kept.map((e) => e.id), repeated.map((e) => e.id)]).toEqual([['1'], ['2']]);
  });

  it('compares both texts of a pair', () => {
    const pairs = ['x', 'y'].map((text2, i) => ({ ...example(`${i}`, 'same', 'a'), text2 }));
    expect(guardPool(pairs, []).pool).toHaveLength(2);
  });

  it('does not take different texts without letters for one', () => {
    const { pool: kept, leaked } = guardPool(
      [example('1', '👍👍', 'a'), example('2', ':-)', 'a')],
      [example('q', '👎', 'b')],
    );
    expect(leaked).toEqual([]);
    expect(kept).toHaveLength(2);
  });

  it('leaves every item in exactly one of its lists, and none of the kept is asked', () => {
    const text = fc.constantFrom('a', 'A!', 'b', ' b ', 'c d', 'C-D', 'e');
    fc.assert(
      fc.property(fc.array(text), fc.array(text), (inPool, asked) => {
        const rows = inPool.map((t, i) => example(`p${i}`, t, 'x'));
        const queries = asked.map((t, i) => example(`q${i}`, t, 'x'));
        const guarded = guardPool(rows, queries);
        const all = [...guarded.pool, ...guarded.leaked, ...guarded.repeated].map((e) => e.id);
        expect(all.sort()).toEqual(rows.map((e) => e.id).sort());
        const keys = guarded.pool.map((e) => normalisedText(e.text));
        expect(new Set(keys).size).toBe(keys.length);
        for (const query of queries) expect(keys).not.toContain(normalisedText(query.text));
      }),
    );
  });

  it('finds nothing to remove in clean data', () => {
    const { demoPool, evalSet } = smallDataset();
    expect(guardPool(demoPool, evalSet)).toEqual({ pool: demoPool, leaked: [], repeated: [] });
  });
});

describe('normalised text', () => {
  it('of ASCII is what the words of it are in any alphabet', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        expect(normalisedText(`${text} é`)).toBe(`${/[a-z0-9]/iu.test(text) ? `${normalisedText(text)} ` : ''}é`);
      }),
    );
  });
});
