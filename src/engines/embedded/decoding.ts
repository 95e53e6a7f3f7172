import type { GenerateRequest, GenerateResult } from '../../core/model/language-model.ts';
import { sampler } from './sampling.ts';
import type { TextCodec } from './tokenizer.ts';

/** One text being generated. */
export class Decoding {
  /** Cache slot of the last token that ran. */
  slot = -1;
  finish: GenerateResult['finish'] | undefined;
  readonly #ids: number[] = [];
  readonly #logprobs: number[] = [];
  #text = '';
  readonly #request: GenerateRequest;
  readonly #codec: TextCodec;
  readonly #ends: ReadonlySet<number>;
  readonly #draw: (logits: Float32Array) => number;

  constructor(request: GenerateRequest, codec: TextCodec, ends: ReadonlySet<number>) {
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
    const id = this.#draw(logits);
    if (this.#ends.has(id)) {
      this.finish = 'end';
      return;
    }
    this.#ids.push(id);
    this.#logprobs.push((logits[id] as number) - logSum);
    this.#text = this.#codec.decode(this.#ids);
    const stops = this.#request.stop.map((stop) => this.#text.indexOf(stop)).filter((at) => at >= 0);
    if (stops.length > 0) {
      this.#text = this.#text.slice(0, Math.min(...stops));
      this.finish = 'stop';
    } else if (this.#ids.length >= this.#request.maxTokens) this.finish = 'length';
  }

  result(): GenerateResult {
    return { text: this.#text, tokenIds: this.#ids, tokenLogprobs: this.#logprobs, finish: this.finish ?? 'length' };
  }
}
