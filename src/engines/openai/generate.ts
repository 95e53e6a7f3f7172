import type { GenerateRequest, GenerateResult } from '../../core/model/language-model.ts';
import { problem } from './failure.ts';
import type { Choice } from './replies.ts';
import { Completion } from './replies.ts';
import type { Target } from './scorers/scorer.ts';
import { textId, trusted } from './tokens.ts';

/** One text. A server that tells nothing of its tokens gives empty lists of them. */
export async function generateOne(
  { client, model, watch }: Target,
  { prompt, maxTokens, temperature, topP, stop, seed }: GenerateRequest,
  tokensById: boolean,
  signal: AbortSignal,
): Promise<{ readonly result: GenerateResult; readonly tokens: number }> {
  const reply = await client.json('/v1/completions', Completion, {
    body: {
      model,
      prompt,
      max_tokens: maxTokens,
      temperature,
      top_p: topP,
      seed,
      logprobs: 1,
      stream: false,
      ...(stop.length === 0 ? {} : { stop }),
      ...(tokensById ? { return_tokens_as_token_ids: true } : {}),
    },
    signal,
  });
  watch.see(reply);
  const choice = reply.choices[0] as Choice;
  const ends = stop.map((text) => choice.text.indexOf(text)).filter((at) => at >= 0);
  const text = ends.length === 0 ? choice.text : choice.text.slice(0, Math.min(...ends));
  const tokens = tokensOf(client.server, choice);
  if (tokens.length > maxTokens)
    throw problem('bad-model', `${client.server} wrote ${tokens.length} tokens where ${maxTokens} were asked.`);
  return {
    result: {
      text,
      tokenIds: tokens.map(({ id }) => id),
      tokenLogprobs: tokens.map(({ logprob }) => logprob),
      finish: ends.length > 0 ? 'stop' : finishOf(choice.finish_reason, stop),
    },
    tokens: tokens.length,
  };
}

function tokensOf(server: string, { logprobs }: Choice): { id: number; logprob: number }[] {
  if (logprobs == null) return [];
  const named =
    'content' in logprobs
      ? logprobs.content.map(({ id, token, logprob }) => ({ id: id ?? textId(token), text: token, logprob }))
      : logprobs.tokens.map((text, i) => ({ id: idOf(text), text, logprob: logprobs.token_logprobs[i] }));
  return named.map(({ id, text, logprob }) => ({ id, logprob: trusted(server, logprob, { id, text }) }));
}

/** Servers do not tell a stop text from the model's own end: where stop texts were given, it is taken for one. */
function finishOf(reason: string | null | undefined, stop: readonly string[]): GenerateResult['finish'] {
  if (reason === 'length') return 'length';
  return stop.length > 0 ? 'stop' : 'end';
}

/** `token_id:N` is how vLLM names a token by its id. */
function idOf(name: string): number {
  const id = /^token_id:(\d+)$/u.exec(name)?.[1];
  return id === undefined ? textId(name) : Number(id);
}
