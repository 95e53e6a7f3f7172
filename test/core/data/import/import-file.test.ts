import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Imported, importFile } from '../../../../src/core/data/import/import-file.ts';
import { RowSample } from '../../../../src/core/data/import/sample.ts';
import { blobSource } from '../../../../src/core/data/import/source.ts';
import { isAbort } from '../../../../src/core/model/engine-error.ts';

type Content = string | Uint8Array<ArrayBuffer>;

const read = (content: Content, name = 'f.csv', options: Parameters<typeof importFile>[1] = {}) =>
  importFile(blobSource(new Blob([content]), name), options);
const rowsOf = ({ table }: Imported) => table.rows.map(({ values }) => Object.fromEntries(values));

function utf16(text: string, big: boolean, mark: boolean): Uint8Array<ArrayBuffer> {
  const whole = (mark ? '\uFEFF' : '') + text;
  const bytes = new Uint8Array(2 * whole.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < whole.length; i++) view.setUint16(2 * i, whole.charCodeAt(i), !big);
  return bytes;
}

/** 1,012 bytes. */
const LONG_ROW = `${'some words '.repeat(92).slice(0, 1009)},x\n`;

const small = 'text,label\r\n"a, ""b""\nc",x\r\nd é,y\r\n';
const smallRows = [
  { text: 'a, "b"\nc', label: 'x' },
  { text: 'd é', label: 'y' },
];

describe('import of a file', () => {
  it.each<[string, Content, string]>([
    ['CSV with quotes, commas and line breaks in fields', small, 'a.csv'],
    ['a byte order mark', `\uFEFF${small}`, 'a.csv'],
    ['UTF-16 with a mark, low byte first', utf16(small, false, true), 'a.csv'],
    ['UTF-16 with a mark, high byte first', utf16(small, true, true), 'a.csv'],
    ['UTF-16 without a mark', utf16(small, false, false), 'a.csv'],
    ['semicolons', small.replaceAll(/,(?! )/gu, ';'), 'a.csv'],
    ['tabs', small.replaceAll(/,(?! )/gu, '\t'), 'a.tsv'],
    ['tabs under another name', small.replaceAll(/,(?! )/gu, '\t'), 'a.txt'],
    ['line ends of old Macs', small.replaceAll('\r\n', '\r'), 'a.csv'],
    ['JSON lines', smallRows.map((row) => JSON.stringify(row)).join('\n'), 'a.jsonl'],
    ['JSON lines under another name', `${smallRows.map((row) => JSON.stringify(row)).join('\r\n')}\r\n`, 'paste'],
  ])('reads %s', async (_what, content, name) => {
    const imported = await read(content, name);
    expect(rowsOf(imported)).toEqual(smallRows);
    expect(imported.total).toBe(2);
  });

  it('reads the letters of Western Europe in their old encoding, and says so', async () => {
    const imported = await read(Uint8Array.from('text,label\ncaf\u00e9,x\n', (c) => c.charCodeAt(0)));
    expect(rowsOf(imported)).toEqual([{ text: 'café', label: 'x' }]);
    expect(imported.found).toContain('WINDOWS-1252');
  });

  it('reads Parquet whatever it is called, nested columns by their path', async () => {
    const bytes = new Uint8Array(readFileSync(new URL('../../../fixtures/nested.parquet', import.meta.url)));
    const imported = await read(bytes, 'data.csv');
    expect(imported.table.columns).toEqual([
      'question',
      'choices.text.0',
      'choices.text.1',
      'choices.text.2',
      'label',
      '__proto__',
    ]);
    expect(imported.table.rows[5]?.values.get('choices.text.2')).toBe('maybe 5');
    expect(imported.table.rows[5]?.values.get('__proto__')).toBe('p5');
  });

  it('keeps bare quotes in files with tabs', async () => {
    const imported = await read('text\tlabel\n"Yes," he said\tx\nthe 5" disk\ty\n"open\tz\n', 'a.tsv');
    expect(rowsOf(imported).map((r) => r.text)).toEqual(['"Yes," he said', 'the 5" disk', '"open']);
  });

  it('takes __proto__ as a header and as a value like any other', async () => {
    for (const [content, name] of [
      ['__proto__,label\nhello,__proto__\n', 'a.csv'],
      ['{"__proto__":"hello","label":"__proto__"}\n', 'a.jsonl'],
    ] as const) {
      const { table } = await read(content, name);
      expect(table.columns).toEqual(['__proto__', 'label']);
      expect([...(table.rows[0]?.values.values() ?? [])]).toEqual(['hello', '__proto__']);
    }
    expect(({} as Record<string, unknown>).hello).toBeUndefined();
  });

  it('counts values over all rows: 10,000 classes are no label column', async () => {
    const text = Array.from({ length: 10_000 }, (_, i) => `text ${i},class ${i},${i % 3}\n`).join('');
    const { facts, total } = await read(`text,class,fold\n${text}`);
    expect(total).toBe(10_000);
    expect(facts.map((f) => f.values?.size ?? null)).toEqual([null, null, 3]);
    expect(facts[2]?.values?.get('0')).toBe(3334);
  });

  it.each<[string, Content, string, RegExp]>([
    ['nothing', '', 'a.csv', /^a\.csv is empty/u],
    ['spaces', ' \n \n', 'a.csv', /^a\.csv is empty/u],
    ['a mark alone', '\uFEFF', 'a.csv', /is empty/u],
    ['a header alone', 'text,label\n', 'a.csv', /has no data rows/u],
    ['a missing field', 'text,label\na,x\nb\n', 'a.csv', /^a\.csv, row 2: 1 field where .*"label" is missing/u],
    ['a field too many', 'text,label\na, b,x\n', 'a.csv', /^a\.csv, row 1: 3 fields/u],
    ['an open quote', 'text,label\na,y\n"a,x\nb,y\n', 'a.csv', /^a\.csv, row 2: a quote/u],
    ['a column twice', 'text,label,text\na,b,c\n', 'a.csv', /"text" stands twice/u],
    ['half a JSON object', '{"a":1}\n{"a":', 'a.jsonl', /^a\.jsonl, line 2 is not JSON/u],
    ['a list of JSON', '[{"a":1}]', 'a.jsonl', /line 1 is not a JSON object/u],
    [
      'a spreadsheet',
      Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0),
      'a.csv',
      /a ZIP archive or a spreadsheet.*Export|export/u,
    ],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10), 'a.csv', /a PNG picture/u],
    ['other bytes', Uint8Array.of(97, 44, 98, 10, 1, 2, 3, 0, 0, 200), 'a.csv', /^a\.csv is no text: byte 5 is 1/u],
    ['text named Parquet', 'text,label\na,b\n', 'a.parquet', /is no Parquet file/u],
    ['a broken Parquet', new TextEncoder().encode('PAR1 and no more'), 'a.parquet', /cannot be read as Parquet/u],
  ])('refuses %s as a whole, with its place', async (_what, content, name, message) => {
    await expect(read(content, name)).rejects.toThrow(message);
  });

  it('names the place where bytes stop being text', async () => {
    const text = new TextEncoder().encode(`text,label\n${LONG_ROW.repeat(1200)}`);
    text[1_200_000] = 0xff;
    await expect(read(text)).rejects.toThrow(/not UTF-8 throughout: bytes 1048577 to/u);
  });

  it('can be stopped between its pieces', async () => {
    const text = `text,label\n${LONG_ROW.repeat(2000)}`;
    const controller = new AbortController();
    const stopped = read(text, 'f.csv', { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(stopped).rejects.toSatisfy(isAbort);
  });

  it('tells how far it is', async () => {
    const content = `text,label\n${LONG_ROW.repeat(2000)}`;
    const seen: [number, number][] = [];
    await read(content, 'f.csv', { onProgress: (bytes, rows) => seen.push([bytes, rows]) });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toEqual([content.length, 2000]);
  });

  it('gives back any table that was written as CSV, wherever the pieces end', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r\n', ' ', '🎉'), maxLength: 8 });
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 30 }), async (cells) => {
        const rows = cells.map(([a, b]) => ({ text: `t${a}`, label: `l${b}` }));
        const lines = rows.map((row) => `${quoted(row.text)},${quoted(row.label)}`).join('\n');
        const bytes = new TextEncoder().encode(`text,label\n${lines}`);
        const source = blobSource(new Blob([bytes]), 'f.csv');
        expect(rowsOf(await importFile(source))).toEqual(rows);
      }),
      { numRuns: 50 },
    );
  });
});

describe('sample of a long file', () => {
  const row = (n: number) => ({ row: n, values: new Map([['text', 'word '.repeat(2)]]) });
  const sampled = (rows: number, seed: number) => {
    const sample = new RowSample(seed, { rows: 100, characters: 1e9 });
    for (let n = 1; n <= rows; n++) sample.add(row(n));
    return sample;
  };

  it('is the whole file while it fits', () => {
    expect(sampled(100, 0).rows.map((r) => r.row)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  });

  it('stays within its bounds, keeps at least about half of them, and counts all rows', () => {
    const sample = sampled(10_000, 0);
    expect(sample.total).toBe(10_000);
    expect(sample.rows.length).toBeLessThanOrEqual(100);
    expect(sample.rows.length).toBeGreaterThan(30);
  });

  it('is the same each time, and another for another seed', () => {
    const numbers = (seed: number) => sampled(5000, seed).rows.map((r) => r.row);
    expect(numbers(1)).toEqual(numbers(1));
    expect(numbers(1)).not.toEqual(numbers(2));
  });

  it('comes from the whole file', () => {
    const numbers = sampled(10_000, 3).rows.map((r) => r.row);
    const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length;
    expect(mean).toBeGreaterThan(3500);
    expect(mean).toBeLessThan(6500);
  });

  it('is bounded by characters too', () => {
    const sample = new RowSample(0, { rows: 1000, characters: 500 });
    for (let n = 1; n <= 300; n++) sample.add(row(n));
    expect(sample.rows.length).toBeLessThanOrEqual(50);
  });
});
