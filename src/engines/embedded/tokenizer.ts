import { Tokenizer } from '@huggingface/tokenizers';
import * as v from 'valibot';
import { LineMemo } from './line-memo.ts';
import { badModel, parseModelJson } from './manifest.ts';

const TokenizerFile = v.looseObject({
  model: v.looseObject({ vocab: v.record(v.string(), v.number()) }),
  added_tokens: v.optional(v.array(v.looseObject({ id: v.number() })), []),
});

/** Text to token ids and back, through the model's own `tokenizer.json`. No special tokens are added here. */
export class TextCodec {
  readonly #tokenizer: Tokenizer;
  readonly #memo: LineMemo;
  readonly #texts = new Map<number, string>();

  constructor(tokenizerJson: Uint8Array, tokenizerConfig: Uint8Array, vocabulary: number) {
    const json = parseModelJson('tokenizer.json', tokenizerJson, TokenizerFile);
    const config = parseModelJson('tokenizer_config.json', tokenizerConfig, v.looseObject({}));
    for (const id of [...Object.values(json.model.vocab), ...json.added_tokens.map((token) => token.id)]) {
      if (id >= vocabulary)
        throw badModel(`tokenizer.json has the token id ${id}, outside the model's vocabulary of ${vocabulary}`);
    }
    try {
      this.#tokenizer = new Tokenizer(json, config);
      this.#memo = new LineMemo((text) => this.#tokenizer.encode(text, { add_special_tokens: false }).ids);
    } catch (cause) {
      throw badModel('tokenizer.json cannot be read', cause);
    }
  }

  encode(text: string): number[] {
    return this.#memo.encode(text);
  }

  decode(ids: readonly number[]): string {
    return ids.length === 0
      ? ''
      : this.#tokenizer.decode([...ids], { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  }

  /** The text of one token; part of a character shows as a replacement sign. */
  text(id: number): string {
    let text = this.#texts.get(id);
    if (text === undefined) {
      text = this.decode([id]);
      this.#texts.set(id, text);
    }
    return text;
  }
}
