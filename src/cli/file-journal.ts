import { createReadStream } from 'node:fs';
import { appendFile, mkdir, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { usageError } from '../core/errors.ts';
import type { Journal } from '../core/run/journal.ts';
import type { CellRecord } from '../core/run/record.ts';

/** Where a cell's line stands in the file, in bytes. */
interface Place {
  readonly at: number;
  readonly length: number;
}

/**
 * Finished cells, one a line, so that a stopped run goes on where it was. A half-written last line is passed over. Cells stay in the
 * file, and in memory only where each of them stands.
 */
export async function fileJournal(dir: string): Promise<Journal> {
  await mkdir(dir, { recursive: true });
  const path = join(dir, 'journal.jsonl');
  const places = new Map<string, Place>();
  let end = await sizeOf(path);
  let cut = end > 0 && (await readPlaces(path, places)) !== end;
  return {
    async get(keys) {
      const wanted = keys.flatMap((key) => {
        const place = places.get(key);
        return place === undefined ? [] : [{ key, place }];
      });
      return new Map(wanted.length === 0 ? [] : await readCells(path, wanted));
    },
    async put(finished) {
      const parts = [Buffer.from(cut ? '\n' : '')];
      let at = end + (cut ? 1 : 0);
      for (const cell of finished) {
        const line = Buffer.from(`${JSON.stringify(cell)}\n`);
        parts.push(line);
        places.set(cell.key, { at, length: line.length });
        at += line.length;
      }
      await appendFile(path, Buffer.concat(parts));
      end = at;
      cut = false;
    },
  };
}

const unreadable = (path: string, error: unknown) =>
  usageError(
    `The journal ${path} cannot be read: ${(error as Error).message}. Make it readable, or choose another --out folder.`,
  );

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw unreadable(path, error);
  }
}

const NEWLINE = 10;

/** @returns where the last whole line ends. */
async function readPlaces(path: string, places: Map<string, Place>): Promise<number> {
  let rest: Buffer = Buffer.alloc(0);
  let at = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      const bytes = Buffer.concat([rest, chunk as Buffer]);
      let start = 0;
      for (let stop = bytes.indexOf(NEWLINE); stop >= 0; stop = bytes.indexOf(NEWLINE, start)) {
        const key = keyOf(bytes.toString('utf8', start, stop));
        if (key !== null) places.set(key, { at: at + start, length: stop + 1 - start });
        start = stop + 1;
      }
      at += start;
      rest = bytes.subarray(start);
    }
  } catch (error) {
    throw unreadable(path, error);
  }
  return at;
}

/** `null` of a line that was cut off. */
function keyOf(line: string): string | null {
  try {
    return (JSON.parse(line) as CellRecord).key;
  } catch {
    return null;
  }
}

async function readCells(
  path: string,
  wanted: readonly { readonly key: string; readonly place: Place }[],
): Promise<[string, CellRecord][]> {
  const file = await open(path);
  try {
    const cells: [string, CellRecord][] = [];
    for (const { key, place } of wanted) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(place.length), 0, place.length, place.at);
      cells.push([key, JSON.parse(buffer.toString('utf8', 0, bytesRead)) as CellRecord]);
    }
    return cells;
  } finally {
    await file.close();
  }
}
