import type { GenerateResult } from '../../core/model/language-model.ts';
import { sampler } from './sampling.ts';
import type { TextCodec } from './tokenizer.ts';
import type { ScoredToken, TokenRequest, TokenResult } from './tokens.ts';
import { scored } from './tokens.ts';

/** One text being generated. */
export class Decoding {
  /** Cache slot of the last token that ran. */
  slot = -1;
  finish: GenerateResult['finish'] | undefined;
  readonly #ids: number[] = [];
  readonly #tokens: ScoredToken[] = [];
  #text = '';
  readonly #request: TokenRequest;
  readonly #codec: Pick<TextCodec, 'decode'>;
  readonly #ends: ReadonlySet<number>;
  readonly #draw: (logits: Float32Array) => number;

  constructor(request: TokenRequest, codec: Pick<TextCodec, 'decode'>, ends: ReadonlySet<number>) {
    this.#request = request;
    this.#codec = codec;
    this.#ends = ends;
    this.#draw = sampler(request);
  }

  get last(): number {
    return this.#ids[this.#ids.length - 1] as number;
  }

  /** Draws the next token. The model's end token is not part of the result. */
  take(logits: Float32Array, logSum: number): void {
    const { bias, top } = this.#request;
    const id = this.#draw(bias.size === 0 ? logits : biased(logits, bias));
    if (this.#ends.has(id)) {
      this.finish = 'end';
      return;
    }
    this.#ids.push(id);
    this.#tokens.push(scored(id, logits, logSum, top));
    this.#text = this.#codec.decode(this.#ids);
    const stops = this.#request.stop.map((stop) => this.#text.indexOf(stop)).filter((at) => at >= 0);
    if (stops.length > 0) {
      this.#text = this.#text.slice(0, Math.min(...stops));
      this.finish = 'stop';
    } else if (this.#ids.length >= this.#request.maxTokens) this.finish = 'length';
  }

  result(): TokenResult {
    return {
      text: this.#text,
      tokenIds: this.#ids,
      tokenLogprobs: this.#tokens.map((token) => token.logprob),
      finish: this.finish ?? 'length',
      tokens: this.#tokens,
    };
  }
}

function biased(logits: Float32Array, bias: ReadonlyMap<number, number>): Float32Array {
  const changed = logits.slice();
  for (const [id, amount] of bias) changed[id] = (changed[id] as number) + amount;
  return changed;
}
