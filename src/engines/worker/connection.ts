import * as v from 'valibot';
import { abortError, EngineError } from '../../core/model/engine-error.ts';
import type { LoadProgress } from '../../core/model/language-model.ts';
import type { Port } from './port.ts';
import type { Description, FromPage, Method } from './protocol.ts';
import { FromWorker } from './protocol.ts';

const GRACE_MS = 2000;

type Answer = Extract<FromWorker, { type: 'result' | 'loaded' }>;

interface Pending {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: EngineError) => void;
  readonly onProgress: ((progress: LoadProgress) => void) | undefined;
}

/** The page's end: every call settles exactly once, by its answer, by being stopped, or by the end of the worker. */
export class Connection {
  readonly #port: Port;
  readonly #graceMs: number;
  readonly #pending = new Map<number, Pending>();
  #nextId = 0;
  #ended: EngineError | undefined;

  constructor(port: Port, graceMs = GRACE_MS) {
    this.#port = port;
    this.#graceMs = graceMs;
    port.listen(
      (data) => this.#receive(data),
      (reason) => this.end(died(`The model's worker stopped: ${reason}.`)),
    );
  }

  async load(
    options: unknown,
    signal: AbortSignal | undefined,
    onProgress: Pending['onProgress'],
  ): Promise<Description> {
    // A worker that is still loading is of no use to anyone else: it is ended at once.
    const answer = await this.#ask((id) => ({ type: 'load', id, options }), signal, 0, onProgress);
    if (answer.type === 'loaded') return answer.model;
    throw new EngineError('internal', 'The worker did not say which model it loaded. Reload the page.');
  }

  async call(method: Method, args: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    const answer = await this.#ask((id) => ({ type: 'call', id, method, args }), signal, this.#graceMs, undefined);
    if (answer.type === 'result') return answer.value;
    throw new EngineError('internal', `The worker gave no answer to ${method}. Reload the page.`);
  }

  dispose(): void {
    if (this.#ended) return;
    this.#send({ type: 'dispose' });
    this.end(new EngineError('bad-request', 'This model was unloaded. Load it again.'), abortError());
  }

  /** Ends the worker. Later calls are refused with `reason`, those in progress with `pending`. */
  end(reason: EngineError, pending = reason): void {
    if (this.#ended) return;
    this.#ended = reason;
    this.#port.close();
    for (const { reject } of [...this.#pending.values()]) reject(pending);
  }

  #ask(
    message: (id: number) => FromPage,
    signal: AbortSignal | undefined,
    graceMs: number,
    onProgress: Pending['onProgress'],
  ): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(abortError());
      if (this.#ended) return reject(this.#ended);
      const id = this.#nextId++;
      let timer: ReturnType<typeof setTimeout> | undefined;
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        this.#pending.delete(id);
      };
      const abort = () => {
        this.#send({ type: 'abort', id });
        timer = setTimeout(() => {
          settle();
          reject(abortError());
          this.end(died('The model did not stop in time and was ended.'));
        }, graceMs);
      };
      this.#pending.set(id, {
        resolve: (answer) => {
          settle();
          // It may have been under way when the call was stopped.
          if (signal?.aborted) reject(abortError());
          else resolve(answer);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
        onProgress,
      });
      signal?.addEventListener('abort', abort);
      this.#send(message(id));
    });
  }

  #send(message: FromPage): void {
    try {
      this.#port.post(message);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if ('id' in message)
        this.#pending
          .get(message.id)
          ?.reject(new EngineError('bad-request', `The request cannot be sent to the model: ${reason}.`));
    }
  }

  #receive(data: unknown): void {
    const parsed = v.safeParse(FromWorker, data);
    if (!parsed.success) {
      // Nothing that such a worker says can be trusted, and it may never answer what is pending.
      this.end(died("The model's worker sent a message that makes no sense and was ended."));
      return;
    }
    const message = parsed.output;
    const pending = this.#pending.get(message.id);
    if (message.type === 'progress') pending?.onProgress?.(message.progress);
    else if (message.type === 'error') {
      const { code, recoverable, message: text } = message.error;
      pending?.reject(new EngineError(code, text, { recoverable }));
    } else pending?.resolve(message);
  }
}

const died = (what: string): EngineError => new EngineError('worker-died', `${what} Load the model again.`);
