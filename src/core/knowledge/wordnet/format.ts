import { gunzipSync, gzipSync } from 'fflate';
import { dataError } from '../../errors.ts';

/** Nouns of WordNet as the playground keeps them: each written form with its commonest sense, each sense with its kind. */
export interface Nouns {
  /** Types of senses, of which `senses` name one by number. */
  readonly types: readonly string[];
  readonly senses: readonly Sense[];
  /** Written forms in the order of their code units, "ice cream", "Iceland". */
  readonly forms: readonly Form[];
}

export interface Sense {
  /** Number of the sense that it is a kind or an instance of; -1 at the top. */
  readonly parent: number;
  readonly instance: boolean;
  readonly type: number;
}

export interface Form {
  readonly text: string;
  readonly sense: number;
  /** Whether the sense is called by it; one form of each sense is its title. */
  readonly title: boolean;
}

const MAGIC = 'KSWN1';

class Writer {
  readonly #bytes: number[] = [];

  /** Seven bits a byte, low ones first. */
  number(value: number): void {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#bytes.push((rest % 128) + 128);
    this.#bytes.push(rest);
  }

  text(value: string): void {
    const bytes = new TextEncoder().encode(value);
    this.number(bytes.length);
    for (const byte of bytes) this.#bytes.push(byte);
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #decoder = new TextDecoder();
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new RangeError('the file ends early');
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  }

  text(): string {
    const length = this.number();
    if (this.#at + length > this.#bytes.length) throw new RangeError('the file ends early');
    const text = this.#decoder.decode(this.#bytes.subarray(this.#at, this.#at + length));
    this.#at += length;
    return text;
  }

  get ended(): boolean {
    return this.#at === this.#bytes.length;
  }
}

/** How many code units two texts begin with in common; a surrogate pair is not parted. */
const shared = (a: string, b: string): number => {
  let n = 0;
  while (n < a.length && a.charCodeAt(n) === b.charCodeAt(n)) n++;
  return n > 0 && /[\ud800-\udbff]/u.test(a.charAt(n - 1)) ? n - 1 : n;
};

/** gzip of: magic, types, senses as distances to their parents, forms as what each adds to the one before. */
export function encodeNouns({ types, senses, forms }: Nouns): Uint8Array {
  const out = new Writer();
  out.text(MAGIC);
  out.number(types.length);
  for (const type of types) out.text(type);
  out.number(senses.length);
  for (const { type } of senses) out.number(type);
  senses.forEach(({ parent, instance }, i) => {
    const distance = parent < 0 ? 0 : parent < i ? 2 * (i - parent) : 2 * (parent - i) + 1;
    out.number(2 * distance + (instance ? 1 : 0));
  });
  out.number(forms.length);
  let before = '';
  for (const { text } of forms) {
    const same = shared(before, text);
    out.number(same);
    out.text(text.slice(same));
    before = text;
  }
  for (const { sense, title } of forms) out.number(2 * sense + (title ? 1 : 0));
  return gzipSync(out.bytes(), { level: 9, mtime: 0 });
}

export function decodeNouns(bytes: Uint8Array, where: string): Nouns {
  try {
    const read = new Reader(gunzipSync(bytes));
    if (read.text() !== MAGIC) throw new RangeError(`it is no ${MAGIC} file`);
    const list = <T>(length: number, item: (i: number) => T): T[] => Array.from({ length }, (_, i) => item(i));
    const types = list(read.number(), () => read.text());
    const kinds = list(read.number(), () => read.number());
    const senses = kinds.map((type, i): Sense => {
      const code = read.number();
      const distance = Math.floor(code / 2);
      const parent = distance === 0 ? -1 : distance % 2 === 0 ? i - distance / 2 : i + (distance - 1) / 2;
      if (parent >= kinds.length || parent < -1 || type >= types.length) throw new RangeError(`sense ${i} is damaged`);
      return { type, parent, instance: code % 2 === 1 };
    });
    let before = '';
    const texts = list(read.number(), () => {
      const same = read.number();
      before = before.slice(0, same) + read.text();
      return before;
    });
    const forms = texts.map((text): Form => {
      const code = read.number();
      const sense = Math.floor(code / 2);
      if (sense >= senses.length) throw new RangeError(`"${text}" points at nothing`);
      return { text, sense, title: code % 2 === 1 };
    });
    if (!read.ended) throw new RangeError('something follows its end');
    return { types, senses, forms };
  } catch (error) {
    throw dataError(`${where} cannot be read: ${(error as Error).message}. Run "npm run wordnet".`);
  }
}
