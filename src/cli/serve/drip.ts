import type { ScoredToken, TokenRequest, TokenResult } from '../../engines/embedded/tokens.ts';

/** What a text has more than was sent of it. */
export interface Drop {
  readonly text: string;
  /** Characters sent before it. */
  readonly offset: number;
  readonly tokens: readonly ScoredToken[];
  readonly finish: TokenResult['finish'] | null;
}

/** Cuts a growing text into pieces to send. What may be the beginning of a stop text, or half a character, waits. */
export class Drip {
  readonly #stop: readonly string[];
  #text = 0;
  #tokens = 0;

  constructor({ stop }: Pick<TokenRequest, 'stop'>) {
    this.#stop = stop;
  }

  /** @returns null where there is nothing to send yet. */
  more({ text, tokens }: TokenResult): Drop | null {
    const end = text.length - this.#held(text);
    if (end <= this.#text) return null;
    return this.#take(text.slice(0, end), tokens, null);
  }

  rest({ text, tokens, finish }: TokenResult): Drop {
    return this.#take(text, tokens, finish);
  }

  #take(text: string, tokens: readonly ScoredToken[], finish: Drop['finish']): Drop {
    const drop = { text: text.slice(this.#text), offset: this.#text, tokens: tokens.slice(this.#tokens), finish };
    this.#text = text.length;
    this.#tokens = tokens.length;
    return drop;
  }

  #held(text: string): number {
    const broken = /\uFFFD+$/u.exec(text)?.[0].length ?? 0;
    const begun = this.#stop.map((stop) => {
      let length = Math.min(stop.length - 1, text.length);
      while (length > 0 && !text.endsWith(stop.slice(0, length))) length--;
      return length;
    });
    return Math.max(broken, ...begun);
  }
}
