import { problem } from '../failure.ts';
import type { Tokenizer } from '../tokenizers.ts';
import { boundary, cover, otherTokens, type Token, trusted } from '../tokens.ts';
import { complete, type Scorer, type Target } from './scorer.ts';

export const PROMPT_LOGPROBS = 'prompt_logprobs';

/** Log-probabilities by token id. */
type Place = Readonly<
  Record<string, { readonly logprob?: unknown; readonly decoded_token?: string | null | undefined }>
>;

/** The id of a first token that nothing tells. */
const UNKNOWN = -1;

function onlyId(place: Place): number | undefined {
  const [id, ...others] = Object.keys(place);
  return id === undefined || others.length > 0 ? undefined : Number(id);
}

const named = (places: readonly (Place | null)[], ids: readonly number[]): Token[] =>
  places.map((place, i) => ({ id: ids[i] as number, text: place?.[String(ids[i])]?.decoded_token ?? '' }));

/** Ids where each place but the first names one token and the first is a start token: no tokenizer need be asked. */
function onlyIds(places: readonly (Place | null)[], text: string, startId: number | undefined): number[] | undefined {
  const [first, ...rest] = places;
  if (first !== null || startId === undefined) return undefined;
  const ids = rest.map((place) => (place === null ? undefined : onlyId(place)));
  if (ids.includes(undefined)) return undefined;
  return cover(named(rest, ids as number[]), text) ? [startId, ...(ids as number[])] : undefined;
}

/** vLLM's `prompt_logprobs`: at each place of the prompt, log-probabilities by token id, the prompt's own token among them. */
export function promptLogprobsScorer(target: Target, tokenizer: Tokenizer | undefined): Scorer {
  const { server } = target.client;
  /** @param startId of the first token, where it is known; it has no entry of its own. */
  async function ask(text: string, startId: number | undefined, signal: AbortSignal | undefined) {
    // 0 alternatives: each place then holds the prompt's own token, and the likeliest where a server adds it.
    const choice = await complete(target, { prompt: text, max_tokens: 1, prompt_logprobs: 0 }, signal);
    const places = choice.prompt_logprobs;
    if (places == null)
      throw problem('no-capability', `${server} has no prompt_logprobs. It cannot be scored this way.`);
    const ids = onlyIds(places, text, startId) ?? (await idsOf(text, places, signal));
    if (ids.length !== places.length) throw otherTokens(server, text);
    const tokens = named(places, ids);
    // The first token has no entry, and so no text: it is the start token, or any text begins with it.
    const rest = places[0] === null ? tokens.slice(1) : tokens;
    if (!cover(rest, text) && !endsAs(rest, text)) throw otherTokens(server, text);
    return { tokens, places };
  }

  async function idsOf(text: string, places: readonly (Place | null)[], signal: AbortSignal | undefined) {
    if (tokenizer !== undefined) return tokenizer.ids(text, signal);
    const ids = places.map((place) => (place === null ? UNKNOWN : onlyId(place)));
    if (ids.includes(undefined))
      throw problem(
        'no-capability',
        `${server} gives several tokens at each place and no /tokenize to tell which is the prompt's.`,
      );
    return ids as number[];
  }

  return {
    name: PROMPT_LOGPROBS,
    read: async (text, signal) => (await ask(text, undefined, signal)).tokens,
    async score(text, alone, signal) {
      const { tokens, places } = await ask(text, alone[0]?.id, signal);
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
