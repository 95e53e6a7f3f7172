import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { ScoredToken, TokenResult } from '../../engines/embedded/tokens.ts';
import { Drip } from './drip.ts';
import { EventStream, sendJson } from './http.ts';
import type { ChatRequest } from './requests.ts';
import { fingerprint, finishReason, promptIds, requireModel, type Served, tokenRequests } from './served.ts';

const NAMES = { system: 'System', developer: 'System', user: 'User', assistant: 'Assistant' } as const;

/** The embedded model knows no chat format: turns are written out as plain text, and its own turn ends where a user's would begin. */
export function chatPrompt(messages: ChatRequest['messages']): string {
  const turns = messages.map(({ role, content }) => {
    const text = typeof content === 'string' ? content : content.map((part) => part.text).join('\n');
    return `${NAMES[role]}: ${text}\n`;
  });
  return `${turns.join('')}Assistant:`;
}

export async function chat(
  served: Served,
  body: ChatRequest,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  requireModel(served, body.model);
  const { model } = served;
  const [ids = []] = await promptIds(served, [chatPrompt(body.messages)], true, signal);
  const room = model.contextLength - ids.length;
  const maxTokens = body.max_completion_tokens ?? body.max_tokens ?? Math.max(1, Math.min(256, room));
  const stop = [...body.stop, '\nUser:', '\nSystem:'];
  const top = body.top_logprobs ?? 0;
  const requests = tokenRequests(ids, { ...body, stop }, { n: body.n ?? 1, maxTokens, top });
  const head = {
    id: `chatcmpl-${randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    model: model.identity.id,
    system_fingerprint: fingerprint(served),
  };
  const logprobs = (tokens: readonly ScoredToken[]) =>
    body.logprobs === true ? { content: tokens.map((token) => chatToken(served, token)) } : null;
  if (body.stream !== true) {
    const results = await model.generateTokens(requests, { signal });
    const choices = results.map((result, index) => ({
      index,
      message: { role: 'assistant', content: result.text, refusal: null },
      logprobs: logprobs(result.tokens),
      finish_reason: finishReason(result.finish),
    }));
    sendJson(response, 200, { ...head, object: 'chat.completion', choices, usage: usage(ids.length, results) });
    return;
  }
  const stream = new EventStream(response);
  const send = (index: number, delta: object, tokens: readonly ScoredToken[], finish: TokenResult['finish'] | null) =>
    stream.send({
      ...head,
      object: 'chat.completion.chunk',
      choices: [
        { index, delta, logprobs: logprobs(tokens), finish_reason: finish === null ? null : finishReason(finish) },
      ],
    });
  requests.forEach((_, i) => {
    send(i, { role: 'assistant', content: '' }, [], null);
  });
  const drips = requests.map((request) => new Drip(request));
  const results = await model.generateTokens(requests, { signal }, (first, soFar) => {
    soFar.forEach((result, i) => {
      const drop = drips[first + i]?.more(result);
      if (drop != null) send(first + i, { content: drop.text }, drop.tokens, null);
    });
  });
  results.forEach((result, i) => {
    const { text, tokens, finish } = (drips[i] as Drip).rest(result);
    send(i, text === '' ? {} : { content: text }, tokens, finish);
  });
  if (body.stream_options?.include_usage === true)
    stream.send({ ...head, object: 'chat.completion.chunk', choices: [], usage: usage(ids.length, results) });
  stream.end();
}

function chatToken({ model }: Served, token: ScoredToken) {
  const form = ({ id, logprob }: { id: number; logprob: number }) => {
    const text = model.tokenText(id);
    return { token: text, logprob, bytes: [...new TextEncoder().encode(text)] };
  };
  return { ...form(token), top_logprobs: token.top.map(form) };
}

function usage(prompt: number, results: readonly TokenResult[]) {
  const written = results.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0);
  return { prompt_tokens: prompt, completion_tokens: written, total_tokens: prompt + written };
}
