import { dataError } from '../../errors.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export interface TextKind {
  readonly encoding: Encoding;
  /** Bytes of the byte order mark. */
  readonly skip: number;
}

/** What files begin with that are no text. */
const MAGIC: readonly { readonly bytes: readonly number[]; readonly what: string }[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], what: 'a ZIP archive or a spreadsheet (.xlsx)' },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], what: 'an old Office document (.xls, .doc)' },
  { bytes: [0x25, 0x50, 0x44, 0x46], what: 'a PDF' },
  { bytes: [0x1f, 0x8b], what: 'a gzip archive' },
  { bytes: [0x89, 0x50, 0x4e, 0x47], what: 'a PNG picture' },
  { bytes: [0xff, 0xd8, 0xff], what: 'a JPEG picture' },
  { bytes: [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], what: 'an Arrow file' },
];

const begins = (head: Uint8Array, bytes: readonly number[]): boolean => bytes.every((byte, i) => head[i] === byte);

export const isParquet = (head: Uint8Array): boolean => begins(head, [0x50, 0x41, 0x52, 0x31]);

/** Share of zero bytes at even and at odd places: text in UTF-16 has them at one of them. */
function zeros(head: Uint8Array): { even: number; odd: number } {
  let [even, odd] = [0, 0];
  for (let i = 0; i < head.length; i++) {
    if (head[i] !== 0) continue;
    if (i % 2 === 0) even++;
    else odd++;
  }
  const half = Math.max(1, head.length / 2);
  return { even: even / half, odd: odd / half };
}

/** Whether bytes are UTF-8; the last character may be cut off. */
function isUtf8(head: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** How the text of a file is encoded, by its first bytes. A file that is no text is refused with what it seems to be. */
export function textKind(head: Uint8Array, name: string): TextKind {
  const found = MAGIC.find(({ bytes }) => begins(head, bytes));
  if (found !== undefined) {
    throw dataError(`${name} is ${found.what}, no text. Unpack it, or export it as CSV, TSV, JSONL or Parquet.`);
  }
  if (begins(head, [0xef, 0xbb, 0xbf])) return { encoding: 'utf-8', skip: 3 };
  if (begins(head, [0xff, 0xfe])) return { encoding: 'utf-16le', skip: 2 };
  if (begins(head, [0xfe, 0xff])) return { encoding: 'utf-16be', skip: 2 };
  const { even, odd } = zeros(head);
  if (odd > 0.4 && even < 0.05) return { encoding: 'utf-16le', skip: 0 };
  if (even > 0.4 && odd < 0.05) return { encoding: 'utf-16be', skip: 0 };
  const control = head.findIndex((byte) => byte < 9 || (byte > 13 && byte < 27) || (byte > 27 && byte < 32));
  if (control >= 0) {
    throw dataError(
      `${name} is no text: byte ${control + 1} is ${head[control]}. Export it as CSV, TSV, JSONL or Parquet.`,
    );
  }
  return { encoding: isUtf8(head) ? 'utf-8' : 'windows-1252', skip: 0 };
}
