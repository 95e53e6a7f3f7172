import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Journal } from '../core/run/journal.ts';
import type { CellRecord } from '../core/run/record.ts';

/** Finished cells, one a line, so that a stopped run goes on where it was. A half-written last line is passed over. */
export async function fileJournal(dir: string): Promise<Journal> {
  await mkdir(dir, { recursive: true });
  const path = join(dir, 'journal.jsonl');
  const cells = new Map<string, CellRecord>();
  const text = await readFile(path, 'utf8').catch(() => '');
  let cut = text !== '' && !text.endsWith('\n');
  for (const line of text.split('\n')) {
    try {
      const cell = JSON.parse(line) as CellRecord;
      cells.set(cell.key, cell);
    } catch {}
  }
  return {
    get: async (keys) => new Map(keys.flatMap((key) => (cells.has(key) ? [[key, cells.get(key) as CellRecord]] : []))),
    put: async (finished) => {
      for (const cell of finished) cells.set(cell.key, cell);
      const lines = finished.map((cell) => `${JSON.stringify(cell)}\n`).join('');
      await appendFile(path, cut ? `\n${lines}` : lines);
      cut = false;
    },
  };
}
