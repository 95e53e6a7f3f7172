import { problem } from '../failure.ts';
import type { Tokenizer } from '../tokenizers.ts';
import { boundary, cover, otherTokens, type Token, trusted } from '../tokens.ts';
import { complete, type Scorer, type Target } from './scorer.ts';

export const PROMPT_LOGPROBS = 'prompt_logprobs';

/** vLLM's `prompt_logprobs`: at each place of the prompt, log-probabilities by token id, the prompt's own token among them. */
export function promptLogprobsScorer(target: Target, tokenizer: Tokenizer | undefined): Scorer {
  const { server } = target.client;
  type Place = Readonly<
    Record<string, { readonly logprob?: unknown; readonly decoded_token?: string | null | undefined }>
  >;

  async function ask(text: string, signal: AbortSignal | undefined) {
    // 0 alternatives: each place then holds the prompt's own token, and the likeliest where a server adds it.
    const choice = await complete(target, { prompt: text, max_tokens: 1, prompt_logprobs: 0 }, signal);
    const places = choice.prompt_logprobs;
    if (places == null)
      throw problem('no-capability', `${server} has no prompt_logprobs. It cannot be scored this way.`);
    const ids = await ownIds(text, places, signal);
    if (ids.length !== places.length) throw otherTokens(server, text);
    const tokens = places.map((place, i): Token => {
      const id = ids[i] as number;
      return { id, text: place?.[String(id)]?.decoded_token ?? '' };
    });
    // The first token has no entry, and so no text: it is the start token, or any text begins with it.
    const first = places[0] === null ? 1 : 0;
    if (!cover(tokens.slice(first), text) && !cover(tokens, text) && !endsAs(tokens.slice(first), text))
      throw otherTokens(server, text);
    return { tokens, places };
  }

  async function ownIds(text: string, places: readonly (Place | null)[], signal: AbortSignal | undefined) {
    const single = places.map((place) =>
      place === null ? -1 : Object.keys(place).length === 1 ? Number(Object.keys(place)[0]) : null,
    );
    if (single.every((id) => id !== null) && tokenizer === undefined) return single as number[];
    if (tokenizer === undefined)
      throw problem(
        'no-capability',
        `${server} gives several tokens at each place and no /tokenize to tell which is the prompt's.`,
      );
    return tokenizer.ids(text, signal);
  }

  return {
    name: PROMPT_LOGPROBS,
    read: async (text, signal) => (await ask(text, signal)).tokens,
    async score(text, alone, signal) {
      const { tokens, places } = await ask(text, signal);
      const from = boundary(alone, tokens);
      const logprobs = tokens.slice(from).map((token, i) => {
        const place = places[from + i];
        return place == null && from + i === 0 ? null : trusted(server, place?.[String(token.id)]?.logprob, token);
      });
      return { tokens, from, logprobs };
    },
  };
}

/** Whether the tokens are a text without its first piece. */
function endsAs(tokens: readonly Token[], text: string): boolean {
  for (let cut = 1; cut <= Math.min(40, text.length); cut++) if (cover(tokens, text.slice(cut))) return true;
  return false;
}
