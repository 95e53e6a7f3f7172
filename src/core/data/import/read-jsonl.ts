import { dataError } from '../../errors.ts';
import { cellsOf, parseRecord } from '../table.ts';
import type { RowSink } from './import-file.ts';
import type { TextPiece } from './text.ts';

/** A longer line is no record of a data set. */
const LONGEST_LINE = 10_000_000;

export async function readJsonLines(name: string, pieces: () => AsyncIterable<TextPiece>, sink: RowSink) {
  const columns = new Set<string>();
  let rest = '';
  let number = 0;
  const read = (line: string) => {
    number++;
    if (line.trim() !== '') sink.add({ row: number, values: cellsOf(parseRecord(line, number, name), columns) });
  };
  for await (const { text, end } of pieces()) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) read(line);
    if (rest.length > LONGEST_LINE)
      throw dataError(`${name}, line ${number + 1} does not end. Each line must be one JSON object.`);
    sink.progress(end);
  }
  if (rest !== '') read(rest);
  return { columns: [...columns], format: 'JSONL' };
}
