import type { GenerateRequest, GenerateResult } from '../core/model/language-model.ts';
import { sampler } from './embedded/sampling.ts';
import { logSumOf } from './scoring.ts';

/** One text that is being written, token by token, from logits over the whole vocabulary. */
export class Writing {
  finish: GenerateResult['finish'] | undefined;
  readonly #ids: number[] = [];
  readonly #logprobs: number[] = [];
  #text = '';
  readonly #request: GenerateRequest;
  readonly #decode: (ids: readonly number[]) => string;
  readonly #ends: ReadonlySet<number>;
  readonly #draw: (logits: Float32Array) => number;

  constructor(request: GenerateRequest, decode: (ids: readonly number[]) => string, ends: ReadonlySet<number>) {
    this.#request = request;
    this.#decode = decode;
    this.#ends = ends;
    this.#draw = sampler(request);
  }

  /** Draws the next token and gives it, or `undefined` where the text is finished. An end token is not part of the text. */
  take(logits: Float32Array): number | undefined {
    const id = this.#draw(logits);
    if (this.#ends.has(id)) {
      this.finish = 'end';
      return undefined;
    }
    this.#ids.push(id);
    this.#logprobs.push((logits[id] as number) - logSumOf(logits));
    this.#text = this.#decode(this.#ids);
    const stops = this.#request.stop.map((stop) => this.#text.indexOf(stop)).filter((at) => at >= 0);
    if (stops.length > 0) {
      this.#text = this.#text.slice(0, Math.min(...stops));
      this.finish = 'stop';
    } else if (this.#ids.length >= this.#request.maxTokens) this.finish = 'length';
    return this.finish === undefined ? id : undefined;
  }

  result(): GenerateResult {
    return { text: this.#text, tokenIds: this.#ids, tokenLogprobs: this.#logprobs, finish: this.finish ?? 'length' };
  }
}
