import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownCsv, ownJsonLines } from '../../../../src/core/data/export.ts';
import { buildOwn, type Plan } from '../../../../src/core/data/import/build.ts';
import { guessColumns } from '../../../../src/core/data/import/guess-columns.ts';
import { type Imported, importFile } from '../../../../src/core/data/import/import-file.ts';
import { blobSource } from '../../../../src/core/data/import/source.ts';
import { stratifiedSplit } from '../../../../src/core/data/import/split.ts';

const read = (text: string, name = 'f.csv'): Promise<Imported> => importFile(blobSource(new Blob([text]), name));
const plan = (changes: Partial<Plan> = {}): Plan => ({
  title: 'Mine',
  columns: { text: 'text', label: 'label' },
  template: { instruction: '', inputNames: ['Text'], labelName: 'Label' },
  words: new Map(),
  evalRows: 2,
  seed: 0,
  skipEmpty: false,
  ...changes,
});
const table = (...rows: readonly string[]) => read(['text,label', ...rows].join('\n'));

describe('split into pool and evaluation set', () => {
  const labels = fc.array(fc.constantFrom('a', 'b', 'c', '__proto__'), { maxLength: 60 });

  it('gives each row one part, as many to evaluate as asked where the labels allow it, and leaves every label a row', () => {
    fc.assert(
      fc.property(labels, fc.nat({ max: 80 }), fc.nat({ max: 9 }), (list, wanted, seed) => {
        const { pool, eval: asked } = stratifiedSplit(list, wanted, seed);
        expect([...pool, ...asked].sort((a, b) => a - b)).toEqual(list.map((_, i) => i));
        const most = list.length - new Set(list).size;
        expect(asked).toHaveLength(Math.min(wanted, most));
        expect(new Set(pool.map((i) => list[i]))).toEqual(new Set(list));
      }),
    );
  });

  it('keeps the shares of the labels', () => {
    const list = Array.from({ length: 400 }, (_, i) => (i % 4 === 0 ? 'rare' : 'common'));
    const { eval: asked } = stratifiedSplit(list, 100, 1);
    expect(asked.filter((i) => list[i] === 'rare')).toHaveLength(25);
  });

  it('is the same for the same seed, whatever the order of the labels, and another for another', () => {
    const list = Array.from({ length: 60 }, (_, i) => `l${i % 3}`);
    expect(stratifiedSplit(list, 20, 5)).toEqual(stratifiedSplit(list, 20, 5));
    expect(stratifiedSplit(list, 20, 5)).not.toEqual(stratifiedSplit(list, 20, 6));
  });
});

describe('own data from a file', () => {
  it('is parted, with labels in words, and the plan in its template', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `text ${i},${i % 2 === 0 ? 'not_good' : 'good'}`);
    const { own } = buildOwn(await table(...rows), null, plan({ evalRows: 6, words: new Map([['good', ['great']]]) }));
    expect([own.pool.length, own.eval.length]).toEqual([14, 6]);
    expect(own.labels).toEqual([
      { id: 'good', words: ['great'] },
      { id: 'not_good', words: ['not good'] },
    ]);
  });

  it('of two files takes the second to evaluate, and leaves out of the pool what is asked there or stands there twice', async () => {
    const pool = await table('One!,a', 'two,b', 'three,a', 'Three.,b');
    const built = buildOwn(pool, await table('one,a', 'four,b'), plan());
    expect(built.own.pool.map((r) => r.text)).toEqual(['two', 'three']);
    expect([built.leaked, built.repeated]).toEqual([1, 1]);
  });

  it('reads the options of a question from nested columns', async () => {
    const lines = Array.from({ length: 4 }, (_, i) =>
      JSON.stringify({ q: `Why ${i}?`, choices: { text: [`a${i}`, `b${i}`] }, answer: i % 2 }),
    ).join('\n');
    const columns = { text: 'q', options: ['choices.text'], label: 'answer' };
    const { own } = buildOwn(await read(lines, 'f.jsonl'), null, plan({ columns, evalRows: 1 }));
    expect(own.labels.map((l) => l.id)).toEqual(['A', 'B']);
    expect([...own.pool, ...own.eval].every((row) => row.options?.length === 2)).toBe(true);
  });

  it('of questions names the row of the file that cannot be asked, or leaves it out where options are empty', async () => {
    const asked = (...rows: readonly string[]) => read(['text,a,b,c,label', ...rows].join('\n'));
    const columns = { text: 'text', options: ['a', 'b', 'c'], label: 'label' };
    const holes = await asked('one,up,down,,A', 'two,up,,,A', 'three,in,out,off,A', 'four,on,off,,B');
    expect(() => buildOwn(holes, null, plan({ columns }))).toThrow(/^f\.csv, row 2: the option "b" is empty/u);
    const built = buildOwn(holes, null, plan({ columns, skipEmpty: true, evalRows: 1 }));
    expect([built.empty, built.own.pool.length + built.own.eval.length]).toEqual([1, 3]);
    const alike = await asked('one,up,down,,A', 'two,up,Up,in,C', 'three,in,out,off,C');
    expect(() => buildOwn(alike, null, plan({ columns }))).toThrow(/^f\.csv, row 2: the option .* is given twice/u);
  });

  it('takes __proto__ and constructor as labels like any others', async () => {
    const rows = Array.from({ length: 8 }, (_, i) => `text ${i},${i % 2 === 0 ? '__proto__' : 'constructor'}`);
    const { own } = buildOwn(await table(...rows), null, plan());
    expect(own.labels.map((l) => l.id)).toEqual(['__proto__', 'constructor']);
    expect(new Set(own.eval.map((r) => r.label))).toEqual(new Set(['__proto__', 'constructor']));
  });

  it('with a label missing is refused with row and column, or leaves the row out and counts it', async () => {
    const holes = await table('one,a', 'two,', 'three,b', 'four,a', 'five,b');
    expect(() => buildOwn(holes, null, plan())).toThrow(/^f\.csv, row 2: the column "label" is empty/u);
    const built = buildOwn(holes, null, plan({ skipEmpty: true }));
    expect(built.empty).toBe(1);
    expect(built.own.pool.length + built.own.eval.length).toBe(4);
  });

  it('is refused where the second file has a label that the first has not', async () => {
    const [pool, asked] = [await table('one,a', 'two,b'), await table('three,a', 'four,c')];
    expect(() => buildOwn(pool, asked, plan())).toThrow(/row 2: the label "c" is missing/u);
  });

  it('is refused for 10,000 classes and for a single one, naming the column', async () => {
    const many = await table(...Array.from({ length: 10_000 }, (_, i) => `text ${i},class ${i}`));
    expect(() => buildOwn(many, null, plan())).toThrow(/^f\.csv: the column "label" has 10000 different labels/u);
    expect(() => buildOwn(many, null, plan({ columns: { text: 'label', label: 'text' } }))).toThrow(
      /"text" has 10000/u,
    );
    const one = await table('one,a', 'two,a', 'three,a');
    expect(() => buildOwn(one, null, plan())).toThrow(/has the label "a" in every row/u);
  });

  it('is refused for a label word of two lines', async () => {
    const words = new Map([['a', ['so\nso']]]);
    const rows = await table('one,a', 'two,b', 'three,a', 'four,b');
    expect(() => buildOwn(rows, null, plan({ words }))).toThrow(/f\.csv cannot be used: .*one line/u);
  });
});

describe('guess at the columns', () => {
  it.each([
    ['id,sentence,label', '1,A long sentence here,pos\n2,Another of them,neg\n3,And one more,pos', 'sentence', 'label'],
    ['y,body', '0,A long sentence here\n1,Another of them\n0,And one more', 'body', 'y'],
    ['a,b', 'A long sentence here,x\nAnother of them,y\nAnd one more,x', 'a', 'b'],
  ])('finds text and label in %s', async (head, rows, text, label) => {
    const imported = await read(`${head}\n${rows}\n`);
    expect(guessColumns(imported.facts, imported.total)).toEqual({ text, label });
  });

  it('finds both texts of a pair', async () => {
    const imported = await read('premise,hypothesis,label\nA cat sat here,A cat sat,0\nA dog ran off,A dog sat,1\n');
    expect(guessColumns(imported.facts, imported.total)).toEqual({
      text: 'premise',
      text2: 'hypothesis',
      label: 'label',
    });
  });

  it.each([
    ['question,A,B,C,answer', 'Why so?,up,down,in,B\nWhy not?,on,off,out,A\nWhat then?,to,fro,by,B', ['A', 'B', 'C']],
    [
      'text,option_b,option_a,label',
      'Why so?,up,down,1\nWhy not?,on,off,0\nWhat then?,a,b,0',
      ['option_a', 'option_b'],
    ],
    [
      'q,choice1,choice2,tag1,key',
      'Why so?,up,down,x,0\nWhy not?,on,off,x,1\nAnd then?,a,b,x,1',
      ['choice1', 'choice2'],
    ],
    ['a,b', 'A long sentence here,x\nAnother of them,y\nAnd one more,x', undefined],
    ['text,a,b,mood', 'A long one,1,2,good\nAnother of them,1,3,bad\nAnd one more,2,3,bad', undefined],
  ])('finds the options among %s', async (head, rows, options) => {
    const imported = await read(`${head}\n${rows}\n`);
    expect(guessColumns(imported.facts, imported.total)?.options).toEqual(options);
  });

  it('reads back the questions that were exported', async () => {
    const pool = Array.from({ length: 4 }, (_, i) => ({
      text: `Why ${i}?`,
      options: [`a${i}`, `b${i}`],
      label: 'AB'.charAt(i % 2),
    }));
    const imported = await read(ownCsv({ pool, eval: [] }));
    const columns = guessColumns(imported.facts, imported.total);
    expect(columns).toEqual({ text: 'text', options: ['option_a', 'option_b'], label: 'label' });
    const { own } = buildOwn(imported, null, plan({ columns: columns as NonNullable<typeof columns>, evalRows: 1 }));
    expect([...own.pool, ...own.eval]).toEqual(expect.arrayContaining(pool));
  });

  it('guesses nothing where no column repeats a value', async () => {
    const imported = await read('a\nx\n');
    expect(guessColumns(imported.facts, imported.total)).toBeNull();
  });
});

describe('export of own data', () => {
  const own = {
    pool: [
      { text: '=HYPERLINK("http://x")', label: '@sum' },
      { text: 'a, "b"\nc', label: 'x' },
    ],
    eval: [{ text: '-1 apples', label: '+x' }],
  };

  it('as JSONL holds the texts exactly, and is read back', async () => {
    const { table: back } = await read(ownJsonLines(own), 'f.jsonl');
    expect(back.rows.map(({ values }) => Object.fromEntries(values))).toEqual([
      ...own.pool.map((row) => ({ split: 'pool', ...row })),
      ...own.eval.map((row) => ({ split: 'eval', ...row })),
    ]);
  });

  it('as CSV has no cell that a spreadsheet would run', async () => {
    const { table: back } = await read(ownCsv(own));
    const cells = back.rows.flatMap(({ values }) => [...values.values()]);
    expect(cells).toContain('a, "b"\nc');
    expect(cells.filter((cell) => /^[=+\-@\t\r]/u.test(cell))).toEqual([]);
    expect(cells).toContain(`'=HYPERLINK("http://x")`);
  });

  it('as CSV is safe for any text', async () => {
    const text = fc.string({
      unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', 'a', '"', ','),
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 6 }), async (cells) => {
        const rows = cells.map(([a, b]) => ({ text: a, label: b }));
        const { table: back } = await read(ownCsv({ pool: rows, eval: [] }));
        const found = back.rows.flatMap(({ values }) => [...values.values()]);
        expect(found.filter((cell) => /^[=+\-@\t\r]/u.test(cell))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
