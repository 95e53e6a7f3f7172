type Encode = (text: string) => number[];

/** Kept lines; a run has some thousands of different ones. */
const KEPT = 20_000;

/** Places after one or two newlines, with a plain character before and after them. */
const CUT = /(?<=[A-Za-z0-9.,:;!?'")(-]\n\n?)(?=[A-Za-z0-9.,:;!?'")(-])/;

/** One of each kind of plain character that a pattern may tell apart; s and t as in "it's", "can't". */
const KINDS = ['a', 'Z', 's', 't', '7', ...'.,:;!?\'")(-'];

/**
 * Tokenises line by line and remembers the lines, for prompts repeat them: the demonstrations of all queries, the query of all
 * labels. Used only where the tokenizer is seen to treat the two sides of such a newline apart; else texts are encoded whole.
 */
export class LineMemo {
  readonly #encode: Encode;
  readonly #known = new Map<string, readonly number[]>();
  readonly #apart: boolean;

  constructor(encode: Encode) {
    this.#encode = encode;
    this.#apart = ['\n', '\n\n'].every((gap) => KINDS.every((before) => this.#isApart(before + gap)));
  }

  encode(text: string): number[] {
    if (text === '') return [];
    if (!this.#apart) return [...this.#line(text)];
    const ids: number[] = [];
    for (const line of text.split(CUT)) for (const id of this.#line(line)) ids.push(id);
    return ids;
  }

  #line(line: string): readonly number[] {
    let ids = this.#known.get(line);
    if (ids === undefined) {
      if (this.#known.size >= KEPT) this.#known.clear();
      ids = this.#encode(line);
      this.#known.set(line, ids);
    }
    return ids;
  }

  /** Whether lines that end so are encoded alike alone and before each kind of line. */
  #isApart(end: string): boolean {
    const lines = [`x ${end}`, ...KINDS.map((kind) => `${kind} x ${end}`), 'x'];
    return String(this.#encode(lines.join(''))) === String(lines.flatMap((line) => this.#line(line)));
  }
}
