import * as v from 'valibot';
import { bytePairs, type Tokens } from './byte-pairs.ts';
import { LineMemo } from './line-memo.ts';
import { badModel, parseModelJson } from './manifest.ts';

const TokenizerFile = v.looseObject({
  model: v.looseObject({ vocab: v.record(v.string(), v.number()) }),
  added_tokens: v.optional(v.array(v.looseObject({ id: v.number() })), []),
});

/** Text to token ids and back, through the model's own `tokenizer.json`. No special tokens are added here. */
export class TextCodec {
  readonly #tokens: Tokens;
  readonly #memo: LineMemo;
  readonly #texts = new Map<number, string>();

  private constructor(tokens: Tokens) {
    this.#tokens = tokens;
    this.#memo = new LineMemo((text) => tokens.encode(text));
  }

  static async open(tokenizerJson: Uint8Array, tokenizerConfig: Uint8Array, vocabulary: number): Promise<TextCodec> {
    const json = parseModelJson('tokenizer.json', tokenizerJson, TokenizerFile);
    const config = parseModelJson('tokenizer_config.json', tokenizerConfig, v.looseObject({}));
    for (const id of [...Object.values(json.model.vocab), ...json.added_tokens.map((token) => token.id)]) {
      if (id >= vocabulary)
        throw badModel(`tokenizer.json has the token id ${id}, outside the model's vocabulary of ${vocabulary}`);
    }
    try {
      // The models of this project need no more than byte pairs; the reader of all other kinds is large, and comes late.
      return new TextCodec(bytePairs(json) ?? (await import('./any-tokenizer.ts')).anyTokenizer(json, config));
    } catch (cause) {
      throw badModel('tokenizer.json cannot be read', cause);
    }
  }

  encode(text: string): number[] {
    return this.#memo.encode(text);
  }

  decode(ids: readonly number[]): string {
    return ids.length === 0 ? '' : this.#tokens.decode(ids);
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
