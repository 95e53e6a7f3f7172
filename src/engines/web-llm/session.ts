import { EngineError } from '../../core/model/engine-error.ts';
import type { Chosen } from './catalog.ts';
import { type ChatConfig, chatTemplate } from './chat.ts';
import type { Session } from './engine.ts';
import type { Opened } from './open.ts';
import { PrefixCache } from './prefix-cache.ts';

export const badModel = (what: string, cause?: unknown): EngineError =>
  new EngineError(
    'bad-model',
    `The model cannot be used: ${what}. Delete it and load it again, or choose another model.`,
    {
      cause,
    },
  );

/**
 * An opened model with its tokens.
 * @param keep whether prefixes stay in the cache; see `PrefixCache`.
 */
export function sessionOf({ model }: Chosen, opened: Opened, config: ChatConfig, keep: boolean): Session {
  const { encode, decode, lost, dispose } = opened;
  const [startToken, ...more] = encode(model.start);
  if (startToken === undefined || more.length > 0)
    throw badModel(`its tokenizer does not know ${model.start} as one token`);
  if (encode('').length > 0) throw badModel('its tokenizer adds tokens to an empty text');
  const texts = new Map<number, string>();
  return {
    reader: {
      startToken,
      contextLength: opened.model.contextLength,
      encode,
      tokenText(id) {
        const known = texts.get(id) ?? decode([id]);
        texts.set(id, known);
        return known;
      },
    },
    cache: new PrefixCache(opened.model, keep),
    decode,
    ends: new Set([startToken, ...config.conv_template.stop_token_ids]),
    chat: chatTemplate(config.conv_template, model.thinks),
    lost,
    dispose,
  };
}
