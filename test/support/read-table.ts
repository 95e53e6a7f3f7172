import { importFile } from '../../src/core/data/import/import-file.ts';
import { blobSource } from '../../src/core/data/import/source.ts';
import type { Table } from '../../src/core/data/table.ts';

/** The rows of a file of this text. */
export const readTable = async (text: string, name: string): Promise<Table> =>
  (await importFile(blobSource(new Blob([text]), name))).table;
