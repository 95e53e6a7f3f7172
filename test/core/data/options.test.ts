import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDataset } from '../../../src/core/data/card.ts';
import { letterLabels, mapColumns } from '../../../src/core/data/columns.ts';
import { fullText, rightOption } from '../../../src/core/data/example.ts';
import { guardPool } from '../../../src/core/data/leak.ts';
import { letterOf, lettersUpTo } from '../../../src/core/data/options.ts';
import { type OwnData, ownDataset } from '../../../src/core/data/own.ts';
import { decodeLink, encodeLink } from '../../../src/core/link/link.ts';
import { parseSpec } from '../../../src/core/run/spec.ts';
import { question } from '../../support/questions.ts';
import { readTable } from '../../support/read-table.ts';
import { example } from '../../support/small-world.ts';

const card = {
  id: 'tiny',
  title: 'Tiny',
  task: 'options',
  summary: 'Two questions.',
  labels: lettersUpTo(3),
  template: { instruction: '', inputNames: ['Question'], labelName: 'Answer' },
  language: 'en',
  licence: 'CC-BY-4.0',
  provenance: 'By hand.',
};
const row = { id: 'p1', text: 'one?', options: ['yes', 'no', 'maybe'], label: 'C' };
const line = (changes: Record<string, unknown> = {}): string => JSON.stringify({ ...row, ...changes });
const parse = (changes: { card?: unknown; pool?: string } = {}) =>
  parseDataset(
    {
      card: JSON.stringify(changes.card ?? card),
      pool: changes.pool ?? line(),
      eval: line({ id: 'e1', text: 'two?', options: ['up', 'down'], label: 'B', facts: ['a|b|c'] }),
    },
    'datasets/tiny',
  );

describe('files of a question set', () => {
  it('give each item its own options, as many as it has', () => {
    const { demoPool, evalSet } = parse();
    expect(demoPool[0]?.options).toEqual(['yes', 'no', 'maybe']);
    expect(evalSet[0]).toEqual({ id: 'e1', text: 'two?', options: ['up', 'down'], label: 'B' });
  });

  it.each([
    ['a letter that no option has', { pool: line({ options: ['yes', 'no'] }) }, /line 1: the label "C".*A to B/u],
    ['one option', { pool: line({ options: ['yes'], label: 'A' }) }, /at least two options/u],
    ['an option twice', { pool: line({ options: ['Yes', 'no', 'yes!'] }) }, /"yes!" is given twice/u],
    ['an empty option', { pool: line({ options: ['yes', ' ', 'no'] }) }, /options.*must not be empty/u],
    ['an option of two lines', { pool: line({ options: ['yes', 'n\no', 'a'] }) }, /options/u],
    [
      'rows with and without options',
      { pool: `${line()}\n{"id":"p2","text":"x","label":"A"}` },
      /every row has options or none/u,
    ],
    ['another task on the card', { card: { ...card, task: 'single' } }, /has the task "options"/u],
    [
      'labels that are no letters',
      { card: { ...card, labels: [...lettersUpTo(2), { id: 'C', words: ['maybe'] }] } },
      /letters A, B, C/u,
    ],
  ])('are refused for %s', (_what, changes, message) => {
    expect(() => parse(changes)).toThrow(message);
  });

  it('have a digest that changes with an option and with the order of options', () => {
    const digests = [
      parse(),
      parse({ pool: line({ options: ['yes', 'never', 'maybe'] }) }),
      parse({ pool: line({ options: ['no', 'yes', 'maybe'] }) }),
      parse({ card: { ...card, template: { ...card.template, options: 'letters' } } }),
    ].map((dataset) => dataset.digest);
    expect(new Set(digests).size).toBe(digests.length);
  });
});

describe('right option', () => {
  it('is the one whose place the letter names', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 26 }), fc.nat(), (options, n) => {
        const at = n % options.length;
        expect(rightOption({ options, label: letterOf(at) })).toBe(options[at]);
      }),
    );
    expect(rightOption(example('x', 'no options', 'a'))).toBeUndefined();
  });

  it('is no part of what retrieval and linking read', () => {
    expect(fullText(question('q', 'Which river?', ['the seine', 'the rhine'], 'A'))).toBe('Which river?');
  });
});

describe('leak guard of questions', () => {
  const query = question('q', 'Which river passes Paris?', ['the Seine', 'the Rhine'], 'A');
  const guarded = (...pool: ReturnType<typeof question>[]) => {
    const { pool: kept, leaked, repeated } = guardPool(pool, [query]);
    return [kept, leaked, repeated].map((list) => list.map((e) => e.id));
  };

  it('takes out the same question with an answer that can be chosen, whatever its other options are', () => {
    expect(guarded(question('p', 'which river passes PARIS', ['a road', 'the seine'], 'B'))).toEqual([[], ['p'], []]);
    expect(guarded(question('p', 'Which river passes Paris?', ['the Rhine', 'x'], 'A'))).toEqual([[], ['p'], []]);
  });

  it('keeps the same words with other answers, as sets have them that ask all items alike', () => {
    expect(guarded(question('p', 'Which river passes Paris?', ['the Po', 'the Seine'], 'A'))).toEqual([['p'], [], []]);
  });

  it('takes a question and answer that come twice for repeated', () => {
    const twice = [
      question('1', 'Which is a metal?', ['iron', 'wood'], 'A'),
      question('2', 'Which is a metal?', ['glass', 'iron'], 'B'),
      question('3', 'Which is a metal?', ['gold', 'clay'], 'A'),
    ];
    expect(guarded(...twice)).toEqual([['1', '3'], [], ['2']]);
  });
});

describe('columns of options', () => {
  const csv = (...lines: string[]) => readTable(['q,a,b,c,right', ...lines].join('\n'), 'f.csv');
  const map = async (...lines: string[]) =>
    mapColumns(await csv(...lines), { text: 'q', options: ['a', 'b', 'c'], label: 'right' });

  it.each([
    ['letter', ['x,up,down,left,C', 'y,in,out,off,a']],
    ['number from 0', ['x,up,down,left,2', 'y,in,out,off,0']],
    ['text', ['x,up,down,left,left', 'y,in,out,off,in']],
  ])('are read with the label as a %s', async (_what, lines) => {
    expect(await map(...lines)).toEqual([
      { text: 'x', options: ['up', 'down', 'left'], label: 'C' },
      { text: 'y', options: ['in', 'out', 'off'], label: 'A' },
    ]);
  });

  it('take a number that every row has as an option for the text, not for a place', async () => {
    expect((await map('1+1,1,2,3,2', '0+1,1,2,0,1')).map((r) => r.label)).toEqual(['B', 'A']);
  });

  it('may be fewer in some rows, and give as many letters as the longest row has', async () => {
    const rows = await map('x,up,down,,B', 'y,in,out,off,C');
    expect(rows[0]?.options).toEqual(['up', 'down']);
    expect(letterLabels(rows, []).map((l) => l.id)).toEqual(['A', 'B', 'C']);
  });

  it.each([
    ['labels counted from 1', ['x,up,down,left,1', 'y,in,out,off,3'], /row 2: the label "3".*counted from 0/u],
    ['labels of two kinds', ['x,up,down,left,A', 'y,in,out,off,0'], /does not say which option is right/u],
    ['a hole among the options', ['x,up,,left,A'], /row 1: the option "b" is empty/u],
  ])('are refused for %s', async (_what, lines, message) => {
    await expect(map(...lines)).rejects.toThrow(message);
  });

  it('are found inside lists and objects of JSON lines', async () => {
    const table = await readTable(
      '{"q":"x","choices":{"text":["up","down"],"label":["A","B"]},"key":"B"}\n{"q":"y","choices":{"text":["in","out","off"]},"key":"C"}',
      'f.jsonl',
    );
    const rows = mapColumns(table, { text: 'q', options: ['choices.text'], label: 'key' });
    expect(rows.map((r) => r.options)).toEqual([
      ['up', 'down'],
      ['in', 'out', 'off'],
    ]);
    expect(() => mapColumns(table, { text: 'q', options: ['answers'], label: 'key' })).toThrow(/no column "answers"/u);
  });
});

describe('own questions', () => {
  const own: OwnData = {
    title: 'Mine',
    labels: lettersUpTo(2),
    template: { instruction: '', inputNames: ['Question'], labelName: 'Answer', options: 'letters' },
    pool: [{ text: 'one?', options: ['yes', 'no'], label: 'A' }],
    eval: [{ text: 'two?', options: ['up', 'down'], label: 'B' }],
  };

  it('become a data set, and are refused where label and options do not go together', () => {
    expect(ownDataset(own).evalSet[0]).toEqual({ id: 'e1', text: 'two?', options: ['up', 'down'], label: 'B' });
    expect(() => ownDataset({ ...own, pool: [{ text: 'x', label: 'A' }] })).toThrow(/every row has options or none/u);
    const wrong = { ...own, labels: lettersUpTo(3), eval: [{ text: 'x', options: ['a', 'b'], label: 'C' }] };
    expect(() => ownDataset(wrong)).toThrow(/Row 1 of the evaluation set.*"C"/u);
  });

  it('travel in a link', () => {
    const parsed = parseSpec({
      version: 1,
      data: { id: 'own' },
      model: { engine: 'fake', id: 'hash' },
      arms: [{ id: 'a', name: 'A', select: { type: 'random' }, shots: 1, score: 'bytes', answer: { type: 'channel' } }],
    });
    if (!parsed.ok) throw new Error(parsed.problem);
    const payload = { spec: parsed.spec, rows: own };
    const encoded = encodeLink(payload);
    expect(encoded.ok && decodeLink(encoded.hash)).toEqual({ ok: true, payload });
  });
});
