import { abortError, throwIfAborted } from '../core/model/engine-error.ts';

/** How long a computation may hold its thread before others get a turn. */
const SLICE_MS = 30;

/** Lets messages and timers in between slices of work, and stops there when asked. */
export class Slices {
  readonly #signal: AbortSignal | undefined;
  #turn = performance.now();

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  async pause(): Promise<void> {
    throwIfAborted(this.#signal);
    if (performance.now() - this.#turn < SLICE_MS) return;
    await nextTurn();
    this.#turn = performance.now();
    throwIfAborted(this.#signal);
  }

  /** What runs elsewhere, such as on a GPU, cannot be stopped: its result is waited for only until one is asked to stop. */
  wait<T>(work: Promise<T>): Promise<T> {
    const signal = this.#signal;
    if (signal === undefined) return work;
    return new Promise((resolve, reject) => {
      const stop = () => {
        work.catch(() => {});
        reject(abortError());
      };
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
      work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
    });
  }

  /** As Array.map, with pauses. */
  async map<T, U>(items: readonly T[], work: (item: T, index: number) => U): Promise<U[]> {
    const results: U[] = [];
    for (const [index, item] of items.entries()) {
      results.push(work(item, index));
      await this.pause();
    }
    return results;
  }
}

/** One turn of the event loop. Not setTimeout: browsers stretch nested ones to 4 ms. */
function nextTurn(): Promise<void> {
  if (typeof setImmediate === 'function') return new Promise((resolve) => setImmediate(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** Runs jobs one after another, in the order of asking. A job that is aborted while it waits is refused at once and never runs. */
export class Serial {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(job: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const before = this.#tail;
    const result = untilAborted(before, signal).then(job);
    this.#tail = Promise.allSettled([before, result]);
    return result;
  }
}

function untilAborted(before: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      signal?.removeEventListener('abort', settle);
      try {
        throwIfAborted(signal);
        resolve();
      } catch (error) {
        reject(error);
      }
    };
    signal?.addEventListener('abort', settle);
    if (signal?.aborted) settle();
    else before.then(settle, settle);
  });
}
