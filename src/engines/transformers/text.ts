import { EngineError } from '../../core/model/engine-error.ts';
import type { Tokenizer } from './runtime.ts';

/** Text to token ids and back by the model's own tokenizer. */
export class Text {
  /** Tokens that the tokenizer puts before a text; none for some families. */
  readonly start: readonly number[];
  readonly #tokenizer: Tokenizer;

  constructor(tokenizer: Tokenizer) {
    this.#tokenizer = tokenizer;
    const plain = this.encode('a b');
    const whole = tokenizer.encode('a b');
    const begins = whole.findIndex((_, i) => same(whole.slice(i, i + plain.length), plain));
    // What the tokenizer puts behind a text would stand between a prompt and its continuation: it is left off.
    this.start = whole.slice(0, Math.max(0, begins));
  }

  encode(text: string): number[] {
    return text === '' ? [] : this.#tokenizer.encode(text, { add_special_tokens: false });
  }

  withStart(text: string): number[] {
    return [...this.start, ...this.encode(text)];
  }

  decode(ids: readonly number[]): string {
    if (ids.length === 0) return '';
    return this.#tokenizer.decode([...ids], { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  }
}

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((id, i) => id === b[i]);

export function requireFits(tokens: number, contextLength: number, what: string): void {
  if (tokens <= contextLength) return;
  throw new EngineError(
    'context-too-long',
    `${what} takes ${tokens} tokens; the model reads at most ${contextLength}. Use fewer or shorter demonstrations.`,
    { recoverable: true },
  );
}

export const badRequest = (message: string): EngineError =>
  new EngineError('bad-request', message, { recoverable: true });
