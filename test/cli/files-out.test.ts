import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileJournal } from '../../src/cli/file-journal.ts';
import { jsonWithList, writeParts } from '../../src/cli/write-parts.ts';
import type { CellRecord } from '../../src/core/run/record.ts';

const newFolder = () => mkdtempSync(join(tmpdir(), 'knowshot-files-'));
const cell = (key: string) => ({ key, queryId: `q ${key}` }) as unknown as CellRecord;

describe('the journal of a run', () => {
  it('keeps finished cells for the next command, in any number of pieces', async () => {
    const dir = newFolder();
    const first = await fileJournal(dir);
    await first.put([cell('a'), cell('b')]);
    await first.put([cell('c')]);
    const second = await fileJournal(dir);
    await second.put([cell('d')]);
    const known = await (await fileJournal(dir)).get(['a', 'b', 'c', 'd', 'e']);
    expect([...known.keys()]).toEqual(['a', 'b', 'c', 'd']);
    expect(known.get('c')).toEqual(cell('c'));
  });

  it('passes over a line that was cut off, and writes the next on a line of its own', async () => {
    const dir = newFolder();
    await (await fileJournal(dir)).put([cell('a')]);
    appendFileSync(join(dir, 'journal.jsonl'), '{"key":"b","que');
    const next = await fileJournal(dir);
    expect([...(await next.get(['a', 'b'])).keys()]).toEqual(['a']);
    await next.put([cell('c')]);
    expect([...(await (await fileJournal(dir)).get(['a', 'b', 'c'])).keys()]).toEqual(['a', 'c']);
  });

  it('gives the newest of a cell that stands there twice, whatever letters it holds', async () => {
    const dir = newFolder();
    const first = await fileJournal(dir);
    await first.put([cell('a'), cell('ü ✓'), cell('b')]);
    await first.put([{ ...cell('a'), gold: 'new' } as CellRecord]);
    for (const journal of [first, await fileJournal(dir)]) {
      const known = await journal.get(['b', 'a', 'ü ✓']);
      expect(known.get('a')).toEqual({ ...cell('a'), gold: 'new' });
      expect(known.get('ü ✓')).toEqual(cell('ü ✓'));
      expect(known.get('b')).toEqual(cell('b'));
    }
  });

  it('that cannot be read stops the run instead of starting it anew', async () => {
    const dir = newFolder();
    const file = join(dir, 'file');
    writeFileSync(file, '');
    await expect(fileJournal(join(file, 'inside'))).rejects.toThrow();
  });
});

describe('a document written in parts', () => {
  it('is the same document', () => {
    const members = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue());
    fc.assert(
      fc.property(members, fc.array(fc.jsonValue()), (rest, items) => {
        const { cells: _, ...document } = { ...rest, first: 1 } as Record<string, unknown>;
        const text = [...jsonWithList(document, 'cells', items)].join('');
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify({ ...document, cells: items })));
      }),
    );
  });

  it('goes to its file whole', async () => {
    const path = join(newFolder(), 'document.json');
    await writeParts(path, jsonWithList({ a: 1 }, 'list', Array(5000).keys()));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ a: 1, list: [...Array(5000).keys()] });
  });
});
