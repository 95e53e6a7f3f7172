import type { EmbeddedModel } from '../../engines/embedded/engine.ts';
import type { ScoredToken, TokenRequest } from '../../engines/embedded/tokens.ts';
import { HttpError } from './http.ts';

/** Ways of asking for log-probabilities of a prompt, by the servers that have them. */
export const FEATURES = ['prompt_logprobs', 'echo', 'tokenize', 'llama.cpp'] as const;
export type Feature = (typeof FEATURES)[number];

/** Servers that a client may have to get along with, by what of the above they speak. */
export const DIALECTS = {
  all: FEATURES,
  vllm: ['prompt_logprobs', 'echo', 'tokenize'],
  echo: ['echo'],
  'llama.cpp': ['llama.cpp'],
  plain: [],
} as const satisfies Record<string, readonly Feature[]>;
export type Dialect = keyof typeof DIALECTS;

/** What the routes share. */
export interface Served {
  readonly model: EmbeddedModel;
  readonly features: ReadonlySet<Feature>;
  /** Seconds since 1970 at which the model was loaded. */
  readonly created: number;
}

export function requireModel({ model }: Served, asked: string | null | undefined): void {
  if (asked == null || asked === model.identity.id) return;
  throw new HttpError(
    404,
    `There is no model "${asked}" here; this server has "${model.identity.id}".`,
    'model_not_found',
  );
}

export const fingerprint = ({ model }: Served): string => `knowshot-${model.identity.revision}`;

/** Ids of a prompt as the model reads it: text gets the start token, ids stay as they are. */
export async function promptIds(
  { model }: Served,
  prompts: readonly (string | readonly number[])[],
  addStart: boolean,
  signal: AbortSignal,
): Promise<readonly (readonly number[])[]> {
  const texts = prompts.filter((prompt) => typeof prompt === 'string');
  const ids = await model.tokenize(texts, { signal });
  let at = 0;
  return prompts.map((prompt) => {
    if (typeof prompt !== 'string') return prompt;
    const own = ids[at++] ?? [];
    return addStart ? [model.startToken, ...own] : own;
  });
}

export interface Sampling {
  readonly temperature?: number | null | undefined;
  readonly top_p?: number | null | undefined;
  readonly seed?: number | null | undefined;
  readonly stop: readonly string[];
  readonly logit_bias: ReadonlyMap<number, number>;
}

/** The requests for `n` texts after one prompt; text `i` is drawn with the seed plus `i`, so that the first has the seed itself. */
export function tokenRequests(
  prompt: readonly number[],
  options: Sampling,
  { n, maxTokens, top }: { readonly n: number; readonly maxTokens: number; readonly top: number },
): TokenRequest[] {
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 31);
  return Array.from({ length: n }, (_, i) => ({
    prompt,
    maxTokens,
    top,
    temperature: options.temperature ?? 1,
    topP: options.top_p ?? 1,
    stop: options.stop,
    seed: seed + i,
    bias: options.logit_bias,
  }));
}

export const finishReason = (finish: 'stop' | 'length' | 'end'): 'stop' | 'length' =>
  finish === 'length' ? 'length' : 'stop';

/** How a token is named in log-probabilities. */
export type NameToken = (id: number) => string;

/** OpenAI's older form. `tokens[i]` is null where nothing came before it. */
export function completionLogprobs(
  ids: readonly number[],
  tokens: readonly (ScoredToken | null)[],
  name: NameToken,
  text: NameToken,
  top: number,
  offset = 0,
) {
  const offsets: number[] = [];
  let at = offset;
  for (const id of ids) {
    offsets.push(at);
    at += text(id).length;
  }
  return {
    tokens: ids.map(name),
    token_logprobs: tokens.map((token) => token?.logprob ?? null),
    top_logprobs:
      top === 0
        ? null
        : tokens.map((token) =>
            token === null
              ? null
              : // The token itself is always among them, as OpenAI has it.
                Object.fromEntries([token, ...token.top.slice(0, top)].map(({ id, logprob }) => [name(id), logprob])),
          ),
    text_offset: offsets,
  };
}

/** vLLM's form: by position, by id; the prompt's own token first. */
export function promptLogprobs(tokens: readonly (ScoredToken | null)[], text: NameToken, top: number) {
  return tokens.map((token) => {
    if (token === null) return null;
    const all = [token, ...token.top.slice(0, top).map((choice, i) => ({ ...choice, rank: i + 1 }))];
    return Object.fromEntries(
      all.map(({ id, logprob, rank }) => [String(id), { logprob, rank, decoded_token: text(id) }]),
    );
  });
}
