import { dataError } from '../../errors.ts';
import type { TextKind } from './encoding.ts';
import { type ByteSource, piecesOf } from './source.ts';

export interface TextPiece {
  readonly text: string;
  /** Bytes read up to here. */
  readonly end: number;
}

/** The text of a file in pieces; a character is never cut in two. Bytes that are no text stop it, with their place. */
export async function* decodedPieces(source: ByteSource, { encoding, skip }: TextKind): AsyncGenerator<TextPiece> {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  let last = skip;
  for await (const { bytes, end } of piecesOf(source, skip)) {
    let text: string;
    try {
      text = decoder.decode(bytes, { stream: end < source.size });
    } catch {
      throw dataError(
        `${source.name} is not ${encoding.toUpperCase()} throughout: bytes ${last + 1} to ${end} hold something else. Save it as UTF-8.`,
      );
    }
    if (text.includes('\u0000')) {
      throw dataError(`${source.name} is no text: a zero byte stands between bytes ${last + 1} and ${end}.`);
    }
    last = end;
    yield { text, end };
  }
}
