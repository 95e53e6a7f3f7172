/**
 * Cuts text that comes in pieces at the ends of its records, so that no record is parsed in halves. A quote opens only at
 * the beginning of a field (RFC 4180); inside it line breaks belong to the field, and a doubled quote is a quote.
 */
export class RecordCutter {
  readonly #delimiter: string;
  readonly #quotes: boolean;
  #rest = '';
  #quoted = false;
  #fieldStart = true;
  /** Characters of `#rest` that were looked at. */
  #seen = 0;

  constructor(delimiter: string, quotes: boolean) {
    this.#delimiter = delimiter;
    this.#quotes = quotes;
  }

  /** @returns whole records, with the line break that ends them. */
  push(piece: string): string {
    const text = this.#rest + piece;
    let end = 0;
    let i = this.#seen;
    for (; i < text.length; i++) {
      const char = text.charCodeAt(i);
      if (this.#quoted) {
        if (char !== 34) continue;
        // Whether a quote is doubled is told by what follows, which may be in the next piece.
        if (i + 1 === text.length) break;
        if (text.charCodeAt(i + 1) === 34) i++;
        else this.#quoted = false;
      } else if (char === 10 || char === 13) {
        // CR LF is one end; a CR at the end of the piece waits for its LF.
        if (char === 13 && i + 1 === text.length) break;
        if (char === 13 && text.charCodeAt(i + 1) === 10) i++;
        end = i + 1;
        this.#fieldStart = true;
      } else if (char === 34 && this.#fieldStart && this.#quotes) {
        this.#quoted = true;
        this.#fieldStart = false;
      } else this.#fieldStart = text[i] === this.#delimiter;
    }
    this.#rest = text.slice(end);
    this.#seen = i - end;
    return text.slice(0, end);
  }

  /** Characters of the record that has not ended yet. */
  get waiting(): number {
    return this.#rest.length;
  }

  /** What is left when no more comes. */
  end(): string {
    return this.#rest;
  }
}
