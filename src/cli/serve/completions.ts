import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { ScoredToken, TokenRequest, TokenResult } from '../../engines/embedded/tokens.ts';
import { Drip, type Drop } from './drip.ts';
import { badRequest, EventStream, sendJson } from './http.ts';
import type { CompletionRequest } from './requests.ts';
import {
  completionLogprobs,
  fingerprint,
  finishReason,
  promptIds,
  promptLogprobs,
  requireModel,
  type Served,
  tokenRequests,
} from './served.ts';

const MAX_TEXTS = 2048;

interface Prompt {
  readonly text: string;
  readonly ids: readonly number[];
  /** Nulls first: nothing comes before the first token. Empty where log-probabilities were not asked. */
  readonly scores: readonly (ScoredToken | null)[];
}

export async function completions(
  served: Served,
  body: CompletionRequest,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  requireModel(served, body.model);
  const echo = body.echo === true && served.features.has('echo');
  if (body.echo === true && served.features.has('llama.cpp') && !echo) throw badRequest('Only no echo is supported.');
  const prompts = await readPrompts(served, body, echo, signal);
  const n = body.n ?? 1;
  if (prompts.length * n > MAX_TEXTS) throw badRequest(`One request may ask for at most ${MAX_TEXTS} texts.`);
  const maxTokens = body.max_tokens ?? 16;
  const requests =
    maxTokens === 0
      ? []
      : prompts.flatMap(({ ids }) => tokenRequests(ids, body, { n, maxTokens, top: body.logprobs ?? 0 }));
  const answer = new Answer(served, body, prompts, n, echo);
  if (body.stream === true) await streamed(served, requests, answer, new EventStream(response), signal);
  else sendJson(response, 200, answer.whole(await served.model.generateTokens(requests, { signal })));
}

async function readPrompts(
  served: Served,
  body: CompletionRequest,
  echo: boolean,
  signal: AbortSignal,
): Promise<Prompt[]> {
  const { model, features } = served;
  const given = (isOne(body.prompt) ? [body.prompt] : body.prompt) as readonly (string | readonly number[])[];
  if (given.length === 0) throw badRequest('The list of prompts is empty.');
  const ids = await promptIds(served, given, body.add_special_tokens !== false, signal);
  const wanted = features.has('prompt_logprobs') ? body.prompt_logprobs : null;
  const top = wanted ?? (echo ? body.logprobs : null);
  const scores = top == null ? null : await model.scoreTokens(ids, Math.max(top, body.logprobs ?? 0), { signal });
  return given.map((prompt, i) => ({
    text: typeof prompt === 'string' ? prompt : model.detokenize(prompt),
    ids: ids[i] ?? [],
    scores: scores === null ? [] : [null, ...(scores[i] ?? [])],
  }));
}

const isOne = (prompt: CompletionRequest['prompt']): boolean => !Array.isArray(prompt) || typeof prompt[0] === 'number';

/** Tokens are drawn side by side, and each text is sent as it grows. */
async function streamed(
  { model }: Served,
  requests: readonly TokenRequest[],
  answer: Answer,
  stream: EventStream,
  signal: AbortSignal,
): Promise<void> {
  for (const chunk of answer.opening()) stream.send(chunk);
  const drips = requests.map((request) => new Drip(request));
  const results = await model.generateTokens(requests, { signal }, (first, soFar) => {
    soFar.forEach((result, i) => {
      const drop = drips[first + i]?.more(result);
      if (drop != null) stream.send(answer.chunk(first + i, drop));
    });
  });
  results.forEach((result, i) => {
    stream.send(answer.chunk(i, (drips[i] as Drip).rest(result)));
  });
  const usage = answer.closing(results);
  if (usage !== null) stream.send(usage);
  stream.end();
}

class Answer {
  readonly #served: Served;
  readonly #body: CompletionRequest;
  readonly #prompts: readonly Prompt[];
  readonly #n: number;
  readonly #echo: boolean;
  readonly #head;

  constructor(served: Served, body: CompletionRequest, prompts: readonly Prompt[], n: number, echo: boolean) {
    this.#served = served;
    this.#body = body;
    this.#prompts = prompts;
    this.#n = n;
    this.#echo = echo;
    this.#head = {
      id: `cmpl-${randomUUID()}`,
      object: 'text_completion',
      created: Math.floor(Date.now() / 1000),
      model: served.model.identity.id,
      system_fingerprint: fingerprint(served),
    };
  }

  whole(results: readonly TokenResult[]) {
    const choices = Array.from({ length: this.#prompts.length * this.#n }, (_, index) => {
      const prompt = this.#promptOf(index);
      const result = results[index];
      return {
        index,
        text: `${this.#echo ? prompt.text : ''}${result?.text ?? ''}`,
        logprobs: this.#logprobs(prompt, result?.tokens ?? [], this.#echo),
        finish_reason: result === undefined ? 'length' : finishReason(result.finish),
        ...this.#promptLogprobs(prompt),
      };
    });
    return { ...this.#head, choices, usage: this.#usage(results) };
  }

  /** Chunks before the first token: the prompts, where they are asked back. */
  opening() {
    const wanted = this.#echo || this.#promptLogprobs(this.#promptOf(0)) !== undefined;
    if (!wanted) return [];
    return Array.from({ length: this.#prompts.length * this.#n }, (_, index) => {
      const prompt = this.#promptOf(index);
      const text = this.#echo ? prompt.text : '';
      const logprobs = this.#echo ? this.#logprobs(prompt, [], true) : null;
      return this.#chunkOf({ index, text, logprobs, finish_reason: null, ...this.#promptLogprobs(prompt) });
    });
  }

  chunk(index: number, { text, offset, tokens, finish }: Drop) {
    const logprobs = this.#logprobs(this.#promptOf(index), tokens, false, offset);
    return this.#chunkOf({ index, text, logprobs, finish_reason: finish === null ? null : finishReason(finish) });
  }

  /** The chunk of counts that ends a stream, where it was asked. */
  closing(results: readonly TokenResult[]) {
    if (this.#body.stream_options?.include_usage !== true) return null;
    return { ...this.#head, choices: [], usage: this.#usage(results) };
  }

  #chunkOf(choice: object) {
    return { ...this.#head, choices: [choice] };
  }

  #promptOf(index: number): Prompt {
    return this.#prompts[Math.floor(index / this.#n)] as Prompt;
  }

  #promptLogprobs(prompt: Prompt) {
    const top = this.#body.prompt_logprobs;
    if (top == null || !this.#served.features.has('prompt_logprobs')) return undefined;
    return { prompt_logprobs: promptLogprobs(prompt.scores, (id) => this.#served.model.tokenText(id), top) };
  }

  #logprobs(prompt: Prompt, tokens: readonly ScoredToken[], withPrompt: boolean, offset = 0) {
    const { logprobs, return_tokens_as_token_ids: byId } = this.#body;
    if (logprobs == null) return null;
    const { model } = this.#served;
    const text = (id: number) => (id === model.startToken ? '' : model.tokenText(id));
    const name = (id: number) => (byId === true ? `token_id:${id}` : model.tokenText(id));
    const ids = [...(withPrompt ? prompt.ids : []), ...tokens.map((token) => token.id)];
    const scores = [...(withPrompt ? prompt.scores : []), ...tokens];
    return completionLogprobs(ids, scores, name, text, logprobs, withPrompt ? 0 : prompt.text.length + offset);
  }

  #usage(results: readonly TokenResult[]) {
    const prompt = this.#prompts.reduce((sum, { ids }) => sum + ids.length, 0);
    const written = results.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0);
    return { prompt_tokens: prompt, completion_tokens: written, total_tokens: prompt + written };
  }
}
