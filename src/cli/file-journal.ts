import type { FileHandle } from 'node:fs/promises';
import { appendFile, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '../core/errors.ts';
import type { Journal } from '../core/run/journal.ts';
import type { CellRecord } from '../core/run/record.ts';

/** Finished cells, one a line, so that a stopped run goes on where it was. A half-written last line is passed over. */
export async function fileJournal(dir: string): Promise<Journal> {
  await mkdir(dir, { recursive: true });
  const path = join(dir, 'journal.jsonl');
  const cells = new Map<string, CellRecord>();
  const file = await openExisting(path);
  let cut = file !== undefined && (await endsInside(file));
  if (file !== undefined) await readCells(file, cells);
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

async function openExisting(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw usageError(
      `The journal ${path} cannot be read: ${(error as Error).message}. Make it readable, or choose another --out folder.`,
    );
  }
}

/** Whether the last line was not finished. */
async function endsInside(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(new Uint8Array(1), 0, 1, size - 1);
  return buffer[0] !== 10;
}

/** Line by line: the journal of a long run is longer than one string can be. Closes the file. */
async function readCells(file: FileHandle, cells: Map<string, CellRecord>): Promise<void> {
  for await (const line of file.readLines({ start: 0 })) {
    try {
      const cell = JSON.parse(line) as CellRecord;
      cells.set(cell.key, cell);
    } catch {}
  }
}
