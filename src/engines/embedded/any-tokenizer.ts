import { Tokenizer } from '@huggingface/tokenizers';
import type { Tokens } from './byte-pairs.ts';

/** Every kind of `tokenizer.json`. Throws what the library throws where it cannot read one. */
export function anyTokenizer(json: Record<string, unknown>, config: Record<string, unknown>): Tokens {
  const tokenizer = new Tokenizer(json, config);
  return {
    encode: (text) => tokenizer.encode(text, { add_special_tokens: false }).ids,
    decode: (ids) => tokenizer.decode([...ids], { skip_special_tokens: false, clean_up_tokenization_spaces: false }),
  };
}
