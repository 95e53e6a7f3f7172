import Papa from 'papaparse';
import { dataError } from '../../errors.ts';
import { columnsOf, rowOf } from '../table.ts';
import type { RowSink } from './import-file.ts';
import { RecordCutter } from './records.ts';
import type { TextPiece } from './text.ts';

const DELIMITERS = [',', ';', '\t', '|'];

/** A longer record is a quote that never closes. */
const LONGEST_RECORD = 1_000_000;

const NAMES: Readonly<Record<string, string>> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'bars' };

/** A quote that does not belong where it stands. */
class QuoteError extends Error {
  readonly row: number;

  constructor(row: number) {
    super(`row ${row}`);
    this.row = row;
  }
}

/** The separator that cuts the first lines into the same number of fields, as papaparse guesses it. */
const guess = (text: string): string =>
  Papa.parse<string[]>(text, { preview: 10, skipEmptyLines: 'greedy', delimitersToGuess: DELIMITERS }).meta.delimiter;

/**
 * CSV and its kin. In files separated by tabs bare quotes are common, so there a quote that breaks a row makes all
 * quotes plain characters, and the file is read again.
 */
export async function readSeparated(
  name: string,
  pieces: () => AsyncIterable<TextPiece>,
  sink: RowSink,
  given: string | undefined,
) {
  let delimiter = given;
  const read = async (quotes: boolean): Promise<string[]> => {
    let cutter: RecordCutter | undefined;
    let columns: string[] | undefined;
    let row = 0;
    const take = (text: string) => {
      if (text === '') return;
      const { data, errors } = Papa.parse<string[]>(text, {
        delimiter: delimiter as string,
        skipEmptyLines: 'greedy',
        ...(quotes ? {} : { quoteChar: '\u0000' }),
      });
      const broken = errors.find((e) => e.type === 'Quotes');
      if (broken !== undefined) throw new QuoteError(row + (broken.row ?? 0) + (columns === undefined ? 0 : 1));
      for (const cells of data) {
        if (columns === undefined) columns = columnsOf(cells, name);
        else sink.add(rowOf(cells, ++row, columns, name));
      }
    };
    for await (const { text, end } of pieces()) {
      delimiter ??= guess(text);
      cutter ??= new RecordCutter(delimiter, quotes);
      take(cutter.push(text));
      if (cutter.waiting > LONGEST_RECORD) throw new QuoteError(row + 1);
      sink.progress(end);
    }
    take(cutter?.end() ?? '');
    return columnsOf(columns, name);
  };
  const refused = (error: unknown) =>
    error instanceof QuoteError
      ? dataError(
          `${name}, row ${error.row}: a quote is opened and not closed. Close it, or double the quotes inside the text.`,
        )
      : error;
  const attempt = async (): Promise<string[]> => {
    try {
      return await read(true);
    } catch (error) {
      if (!(error instanceof QuoteError) || delimiter !== '\t') throw refused(error);
      sink.restart();
      return read(false);
    }
  };
  const columns = await attempt();
  return { columns, format: `text separated by ${NAMES[delimiter ?? ','] ?? `"${delimiter}"`}` };
}
