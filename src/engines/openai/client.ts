import * as v from 'valibot';
import { issueText } from '../../core/issues.ts';
import { EngineError, throwIfAborted } from '../../core/model/engine-error.ts';
import type { Endpoint } from './endpoint.ts';
import { cutShort, Failure, notJson, refusal, strange, tooSlow, unreachable } from './failure.ts';
import { sleep, Window } from './window.ts';

export interface RetryPolicy {
  /** Further attempts after the first. */
  readonly retries: number;
  /** Wait before the second attempt; each later one waits twice as long. */
  readonly firstMs: number;
  /** The longest wait, also where the server asks for one. */
  readonly longestMs: number;
}

export interface ClientOptions {
  readonly endpoint: Endpoint;
  readonly fetch: typeof fetch;
  /** Stays in this object. */
  readonly apiKey: string | undefined;
  /** Requests under way at a time. */
  readonly concurrency: number;
  /** For one attempt, from its start to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
}

interface Call {
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** Instead of the policy's. */
  readonly retries?: number;
}

/** The most that one answer may hold. */
const BODY_LIMIT = 64 << 20;

/** Requests to one server: so many at a time, tried again where that may help, each settled once. */
export class Client {
  readonly endpoint: Endpoint;
  /** Attempts that failed and were made again: the server may have been started anew in between. */
  interruptions = 0;
  readonly #options: ClientOptions;
  readonly #window: Window;
  /** No request starts before this time: the server asked for a pause. */
  #pauseUntil = 0;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.endpoint = options.endpoint;
    this.#window = new Window(options.concurrency);
  }

  get server(): string {
    return `The server at ${this.endpoint.host}`;
  }

  /** The answer, checked by a schema. Rejects with an `EngineError`. */
  async json<T extends v.GenericSchema>(path: string, schema: T, call: Call = {}): Promise<v.InferOutput<T>> {
    // Of its own: many requests that listen to one signal would look like a leak.
    const signal = call.signal && AbortSignal.any([call.signal]);
    const { retry } = this.#options;
    const retries = call.retries ?? retry.retries;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#window.run(() => this.#once(path, schema, { ...call, signal }), signal);
      } catch (error) {
        throwIfAborted(signal);
        if (!(error instanceof Failure)) throw error;
        if (!error.again || attempt >= retries) throw this.#hidden(error);
        this.interruptions++;
        const wait = error.waitMs ?? retry.firstMs * 2 ** attempt * (0.75 + Math.random() / 2);
        if (wait > retry.longestMs && error.waitMs !== undefined) throw this.#hidden(error);
        if (error.waitMs !== undefined) this.#pauseUntil = Math.max(this.#pauseUntil, Date.now() + wait);
        await sleep(Math.min(wait, retry.longestMs), signal);
      }
    }
  }

  /** As `json`, but a refusal of this request (not of the server as a whole) gives its message. */
  async tryJson<T extends v.GenericSchema>(
    path: string,
    schema: T,
    call: Call = {},
  ): Promise<
    { readonly ok: true; readonly value: v.InferOutput<T> } | { readonly ok: false; readonly reason: string }
  > {
    try {
      return { ok: true, value: await this.json(path, schema, { retries: 1, ...call }) };
    } catch (error) {
      if (!(error instanceof EngineError) || error.code === 'aborted') throw error;
      return { ok: false, reason: error.message };
    }
  }

  async #once<T extends v.GenericSchema>(path: string, schema: T, call: Call): Promise<v.InferOutput<T>> {
    if (this.#pauseUntil > Date.now()) await sleep(this.#pauseUntil - Date.now(), call.signal);
    throwIfAborted(call.signal);
    const { timeoutMs } = this.#options;
    // Not AbortSignal.timeout: of a quick request it would hold all until the time is over, and thousands come in that time.
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      attempt.abort();
    }, timeoutMs);
    call.signal?.addEventListener('abort', stop, { once: true });
    let answered = false;
    let text: string;
    let response: Response;
    try {
      response = await this.#send(path, call, attempt.signal);
      answered = true;
      text = await readText(response);
    } catch (error) {
      throwIfAborted(call.signal);
      if (late) throw tooSlow(this.server, timeoutMs);
      if (error instanceof Failure) throw error;
      throw answered ? cutShort(this.server, error) : unreachable(this.server, error);
    } finally {
      clearTimeout(timer);
      call.signal?.removeEventListener('abort', stop);
    }
    if (!response.ok) throw refusal(this.server, response.status, text, waitOf(response));
    const result = v.safeParse(schema, this.#parse(text));
    if (!result.success) throw strange(this.server, path, issueText(result.issues).replace(/\.$/u, ''));
    return result.output;
  }

  #send(path: string, { method = 'POST', body }: Call, signal: AbortSignal): Promise<Response> {
    const { apiKey } = this.#options;
    return this.#options.fetch(this.endpoint.url(path), {
      method,
      signal,
      // Cookies of other tabs are none of this server's business, and a redirect could carry the key elsewhere.
      credentials: 'omit',
      redirect: 'error',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw notJson(this.server, text);
    }
  }

  /** The error of a failure, with the key struck out in case the server repeats it. */
  #hidden({ error }: Failure): EngineError {
    const { apiKey } = this.#options;
    if (apiKey === undefined || !error.message.includes(apiKey)) return error;
    return new EngineError(error.code, error.message.replaceAll(apiKey, '***'), { recoverable: error.recoverable });
  }
}

async function readText(response: Response): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let text = '';
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > BODY_LIMIT) {
      await reader.cancel();
      throw new Failure(new EngineError('network', `The server sent more than ${BODY_LIMIT >> 20} MiB in one answer.`));
    }
    text += decoder.decode(next.value, { stream: true });
  }
  return text + decoder.decode();
}

/** `Retry-After` as seconds or a date, in milliseconds. */
function waitOf({ headers }: Response): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const ms = /^\d+(?:\.\d+)?$/u.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
