import { problem } from '../failure.ts';
import type { Tokenizer } from '../tokenizers.ts';
import { boundary, cover, otherTokens, type Token, textId, trusted } from '../tokens.ts';
import { complete, type Scorer, type Target } from './scorer.ts';

/**
 * OpenAI's older way: the prompt is echoed with the log-probability of each of its tokens.
 * @param maxTokens 0, or 1 for servers that always write something; that token is left off.
 */
export function echoScorer(target: Target, tokenizer: Tokenizer | undefined, maxTokens: 0 | 1): Scorer {
  const { server } = target.client;

  async function ask(text: string, signal: AbortSignal | undefined) {
    const choice = await complete(target, { prompt: text, max_tokens: maxTokens, echo: true, logprobs: 1 }, signal);
    if (choice.logprobs == null || !('tokens' in choice.logprobs))
      throw problem('no-capability', `${server} echoes no log-probabilities. It cannot be scored this way.`);
    const { tokens: texts, token_logprobs: values } = choice.logprobs;
    if (texts.length !== values.length) throw otherTokens(server, text);
    const all = texts.map((piece): Token => ({ id: textId(piece), text: piece }));
    const echoed = maxTokens === 0 || isWhole(all, text) ? all : all.slice(0, -1);
    if (!isWhole(echoed, text)) {
      if (choice.text.startsWith(text)) throw otherTokens(server, text);
      throw problem('no-capability', `${server} does not echo the prompt. It cannot be scored this way.`);
    }
    return { tokens: await named(text, echoed, signal), values };
  }

  /** A start token may stand before the text, with any name. */
  const isWhole = (tokens: readonly Token[], text: string): boolean =>
    tokens.length > 0 && (cover(tokens, text) || cover(tokens.slice(1), text));

  async function named(text: string, tokens: readonly Token[], signal: AbortSignal | undefined) {
    if (tokenizer === undefined) return tokens;
    const ids = await tokenizer.ids(text, signal);
    if (ids.length !== tokens.length) throw otherTokens(server, text);
    return tokens.map((token, i): Token => ({ ...token, id: ids[i] as number }));
  }

  return {
    name: 'echo with logprobs',
    read: async (text, signal) => (await ask(text, signal)).tokens,
    async score(text, alone, signal) {
      const { tokens, values } = await ask(text, signal);
      const from = boundary(alone, tokens);
      const logprobs = tokens
        .slice(from)
        .map((token, i) => (from + i === 0 && values[0] == null ? null : trusted(server, values[from + i], token)));
      return { tokens, from, logprobs };
    },
  };
}
