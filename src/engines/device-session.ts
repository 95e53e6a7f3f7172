import { abortError, EngineError } from '../core/model/engine-error.ts';
import type { Slices } from './slices.ts';

/** A model on a device, until the device is lost. */
export interface OnDevice {
  /** Settles with the reason when the device is lost. */
  readonly lost: Promise<string>;
  dispose(): void;
}

/** How often one call may find the device lost and start over. */
const MOST_RELOADS = 2;

/** A call on a lost device may fail this long before the loss is told, in ms. */
const TOLD_WITHIN = 200;

/** Keeps a model on its device: after a loss it is opened again, and the call that ran starts over. One call at a time. */
export class DeviceSession<S extends OnDevice> {
  readonly #reopen: () => Promise<S>;
  readonly #wayOut: string;
  #session: S;
  #lost: string | undefined;
  #disposed = false;
  /** Ends the call that runs. */
  #interrupt: ((error: Error) => void) | undefined;

  /** @param wayOut what else there is to do where the device is lost again and again, for example `choose a smaller model`. */
  constructor(session: S, reopen: () => Promise<S>, wayOut: string) {
    this.#reopen = reopen;
    this.#wayOut = wayOut;
    this.#session = this.#watch(session);
  }

  get current(): S {
    return this.#session;
  }

  async run<T>(job: (session: S) => Promise<T>, slices: Slices): Promise<T> {
    for (let reloads = 0; ; reloads++) {
      if (this.#lost !== undefined) await this.#reload(reloads);
      try {
        return await this.#unlessLost(job(this.#session));
      } catch (error) {
        if (error instanceof EngineError && error.recoverable) throw error;
        await slices.pause();
        await Promise.race([this.#session.lost, new Promise((resolve) => setTimeout(resolve, TOLD_WITHIN))]);
        if (this.#lost === undefined) throw error;
      }
    }
  }

  dispose(): void {
    this.#disposed = true;
    this.#session.dispose();
  }

  /** A call on a lost device may never settle by itself. */
  #unlessLost<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#interrupt = reject;
      work.then(resolve, reject);
    }).finally(() => {
      this.#interrupt = undefined;
    });
  }

  async #reload(reloads: number): Promise<void> {
    const reason = this.#lost;
    if (reloads >= MOST_RELOADS) {
      throw new EngineError(
        'device-lost',
        `The GPU was lost ${reloads + 1} times (${reason}). Close other programs that use it, or ${this.#wayOut}; what is finished is kept.`,
        { recoverable: true },
      );
    }
    this.#session.dispose();
    const session = await this.#reopen();
    if (this.#disposed) {
      session.dispose();
      throw abortError();
    }
    this.#session = this.#watch(session);
  }

  #watch(session: S): S {
    this.#lost = undefined;
    session.lost.then((reason) => {
      if (this.#session !== session) return;
      this.#lost = reason;
      this.#interrupt?.(new Error(reason));
    });
    return session;
  }
}

/** The reason of a loss as WebGPU tells it. */
export function describeLoss(info: unknown): string {
  const { reason, message } = (info ?? {}) as { readonly reason?: unknown; readonly message?: unknown };
  return [reason, message].filter((part) => typeof part === 'string' && part !== '').join(': ') || 'no reason given';
}
