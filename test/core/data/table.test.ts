import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkLabels, labelsOf, mapColumns, parseLabels } from '../../../src/core/data/columns.ts';
import { parseTable, type Table, tableOfRecords, textFormat } from '../../../src/core/data/table.ts';

const rowsOf = (table: Table): Record<string, string>[] => table.rows.map(({ values }) => Object.fromEntries(values));
const csv = (text: string) => parseTable(text, 'f.csv', 'csv');
const tsv = (text: string) => parseTable(text, 'f.tsv', 'tsv');
const jsonl = (text: string) => parseTable(text, 'f.jsonl', 'jsonl');

describe('table of a file', () => {
  it('is read from CSV with quotes, commas, line breaks and a byte order mark', () => {
    const table = csv('\uFEFFtext,label\r\n"a, ""b""\nc",x\r\nd,y\r\n');
    expect(table.columns).toEqual(['text', 'label']);
    expect(rowsOf(table)).toEqual([
      { text: 'a, "b"\nc', label: 'x' },
      { text: 'd', label: 'y' },
    ]);
  });

  it('is read from CSV with semicolons', () => {
    expect(rowsOf(csv('text;label\nhello, you;x\nbye, you;y'))).toEqual([
      { text: 'hello, you', label: 'x' },
      { text: 'bye, you', label: 'y' },
    ]);
  });

  it('is read from TSV with bare quotes', () => {
    expect(rowsOf(tsv('text\tlabel\n"Yes," he said\tx\nthe 5" disk\ty\n'))).toEqual([
      { text: '"Yes," he said', label: 'x' },
      { text: 'the 5" disk', label: 'y' },
    ]);
  });

  it('is read from TSV with an opening quote that never closes, row by row', () => {
    expect(tsv('text\tlabel\n"never closed\tx\nnext\ty\n').rows).toHaveLength(2);
  });

  it('is read from JSON lines, numbers and truth values as text', () => {
    expect(rowsOf(jsonl('{"text":"a","label":0}\n\n{"text":"b","label":true,"more":{"x":1}}\n'))).toEqual([
      { text: 'a', label: '0' },
      { text: 'b', label: 'true', 'more.x': '1' },
    ]);
  });

  it('is made of records of any kind, whole numbers of 64 bits too', () => {
    expect(rowsOf(tableOfRecords([{ text: 'a', label: 1n, none: null }], 'f.parquet'))).toEqual([
      { text: 'a', label: '1' },
    ]);
  });

  it.each([
    ['a missing field', () => csv('text,label\na,x\nb\n'), /f\.csv, row 2: 1 field where.*"label" is missing/u],
    ['a field too many', () => csv('text,label\na, b,x\n'), /f\.csv, row 1: 3 fields/u],
    ['an open quote', () => csv('text,label\n"a,x\nb,y\n'), /f\.csv, row 1: a quote/u],
    ['a column twice', () => csv('text,text\na,b\n'), /"text" stands twice/u],
    ['nothing', () => csv(''), /f\.csv is empty/u],
    ['no JSON', () => jsonl('{"a":1}\n{"a":'), /f\.jsonl, line 2 is not JSON/u],
    ['a list', () => jsonl('[1]'), /line 1 is not a JSON object/u],
  ])('is refused for %s, naming file and row', (_what, read, message) => {
    expect(read).toThrow(message);
  });

  it('gives back any texts that were written as CSV', () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', 'é', '"', ',', ';', '\n', '\t', ' ', '|', '🎉'),
      maxLength: 12,
    });
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), (rows) => {
        const full = rows.map(([a, b]) => [`t${a}`, `l${b}`] as const);
        const text = ['"text","label"', ...full.map(([a, b]) => `${quoted(a)},${quoted(b)}`)].join('\n');
        expect(rowsOf(csv(text))).toEqual(full.map(([a, b]) => ({ text: a, label: b })));
      }),
    );
  });

  it('has its format by the ending of the name', () => {
    expect(['a.csv', 'b.TSV', 'c.tab', 'd.jsonl', 'e.ndjson', 'f.txt', 'csv'].map(textFormat)).toEqual([
      'csv',
      'tsv',
      'tsv',
      'jsonl',
      'jsonl',
      null,
      null,
    ]);
  });
});

describe('columns of a table', () => {
  const table = csv('text,label\n a ,pos\nb,not_neg\n');

  it('become rows, trimmed', () => {
    expect(mapColumns(table, { text: 'text', label: 'label' })).toEqual([
      { text: 'a', label: 'pos' },
      { text: 'b', label: 'not_neg' },
    ]);
  });

  it.each([
    ['a column that is not there', { text: 'body', label: 'label' }, /no column "body".*text, label/u],
    ['a prototype key', { text: '__proto__', label: 'label' }, /no column "__proto__"/u],
  ])('are refused for %s', (_what, map, message) => {
    expect(() => mapColumns(table, map)).toThrow(message);
  });

  it('are refused where a field is empty, naming row and column', () => {
    expect(() => mapColumns(csv('text,label\na,x\n ,y\n'), { text: 'text', label: 'label' })).toThrow(
      /row 2: the column "text" is empty/u,
    );
  });

  it('have labels from the pool alone, sorted, with words in place of underscores', () => {
    const pool = mapColumns(table, { text: 'text', label: 'label' });
    const expected = [
      { id: 'not_neg', words: ['not neg'] },
      { id: 'pos', words: ['pos'] },
    ];
    expect(labelsOf(pool, undefined)).toEqual(expected);
    expect(labelsOf([...pool].reverse(), undefined)).toEqual(expected);
  });

  it('have labels from a list, several words each', () => {
    expect(parseLabels('0=negative|bad, 1=positive,not_sure')).toEqual([
      { id: '0', words: ['negative', 'bad'] },
      { id: '1', words: ['positive'] },
      { id: 'not_sure', words: ['not sure'] },
    ]);
    expect(() => parseLabels('0=,1=x')).toThrow(/raw=word/u);
    expect(() => parseLabels('0=a,0=b')).toThrow(/"0" is given twice/u);
  });

  it('are refused for a label without a word, naming the row and the way out', () => {
    const pool = mapColumns(table, { text: 'text', label: 'label' });
    expect(() => checkLabels(table, pool, parseLabels('pos=good,neg=bad'))).toThrow(
      /f\.csv, row 2: the label "not_neg" is missing.*--labels "not_neg=not neg/u,
    );
  });
});
