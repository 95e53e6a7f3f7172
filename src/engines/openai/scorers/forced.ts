import { problem } from '../failure.ts';
import { LlamaAnswer } from '../replies.ts';
import type { LlamaTokenizer } from '../tokenizers.ts';
import { boundary, cover, otherTokens, type Token, trusted } from '../tokens.ts';
import type { Scorer, Target } from './scorer.ts';

/** Raises a token above all others, whatever their logits. */
const CERTAIN = 10_000;

/**
 * llama.cpp: its `/completion` tells the log-probability of each token that it writes, from the logits before any bias. So each
 * token of a continuation is forced by a bias, after the tokens before it; the server keeps what they share in its cache.
 */
export function forcedScorer({ client, watch }: Target, tokenizer: LlamaTokenizer): Scorer {
  const { server } = client;

  async function force(before: readonly Token[], token: Token, signal: AbortSignal | undefined): Promise<number> {
    const reply = await client.json('/completion', LlamaAnswer, {
      body: {
        prompt: before.map(({ id }) => id),
        n_predict: 1,
        n_probs: 1,
        temperature: 0,
        logit_bias: [[token.id, CERTAIN]],
        cache_prompt: true,
        post_sampling_probs: false,
      },
      signal,
    });
    watch.see(reply);
    if (reply.truncated === true || (reply.tokens_evaluated ?? before.length) < before.length)
      throw problem(
        'context-too-long',
        `${server} cut the prompt of ${before.length} tokens. Start it with a larger context (-c), or use fewer demonstrations.`,
      );
    const [written] = reply.completion_probabilities;
    if (written?.id !== token.id) throw otherTokens(server, token.text);
    return trusted(server, written.logprob, token);
  }

  return {
    name: 'forced tokens of llama.cpp',
    read: (text, signal) => tokenizer.tokens(text, signal),
    async score(text, alone, signal) {
      const tokens = await tokenizer.tokens(text, signal);
      if (!cover(tokens, text) && !cover(tokens.slice(1), text)) throw otherTokens(server, text);
      const from = boundary(alone, tokens);
      const logprobs = await Promise.all(
        tokens.slice(from).map((token, i) => (from + i === 0 ? null : force(tokens.slice(0, from + i), token, signal))),
      );
      return { tokens, from, logprobs };
    },
  };
}
