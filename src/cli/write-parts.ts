import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Writes a file part by part: a run of many answers is longer than one string can be. */
export async function writeParts(path: string, parts: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(parts), createWriteStream(path));
}

/** A JSON document whose last member is a list, an item a line; the document has other members before it. */
export function* jsonWithList(document: object, name: string, items: Iterable<unknown>): Generator<string> {
  const head = JSON.stringify(document, null, 2).slice(0, -2);
  yield `${head},\n  ${JSON.stringify(name)}: [`;
  let first = true;
  for (const item of items) {
    yield `${first ? '' : ','}\n    ${JSON.stringify(item)}`;
    first = false;
  }
  yield '\n  ]\n}\n';
}
