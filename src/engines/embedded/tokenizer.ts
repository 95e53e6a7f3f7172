import { Tokenizer } from '@huggingface/tokenizers';
import * as v from 'valibot';
import { badModel, parseModelJson } from './manifest.ts';

/** Text to token ids and back, through the model's own `tokenizer.json`. No special tokens are added here. */
export class TextCodec {
  readonly #tokenizer: Tokenizer;
  readonly #texts = new Map<number, string>();

  constructor(tokenizerJson: Uint8Array, tokenizerConfig: Uint8Array, vocabulary: number) {
    const json = parseModelJson('tokenizer.json', tokenizerJson, v.looseObject({ model: v.looseObject({}) }));
    const config = parseModelJson('tokenizer_config.json', tokenizerConfig, v.looseObject({}));
    try {
      this.#tokenizer = new Tokenizer(json, config);
    } catch (cause) {
      throw badModel('tokenizer.json cannot be read', cause);
    }
    for (const id of this.#tokenizer.get_vocab(true).values()) {
      if (id >= vocabulary) throw badModel(`tokenizer.json has the token id ${id}, outside the model's vocabulary of ${vocabulary}`);
    }
  }

  encode(text: string): number[] {
    return text === '' ? [] : this.#tokenizer.encode(text, { add_special_tokens: false }).ids;
  }

  decode(ids: readonly number[]): string {
    return ids.length === 0 ? '' : this.#tokenizer.decode([...ids], { skip_special_tokens: false, clean_up_tokenization_spaces: false });
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
