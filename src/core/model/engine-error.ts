export type EngineErrorCode =
  | 'aborted'
  | 'context-too-long'
  | 'no-capability'
  | 'bad-request'
  | 'out-of-memory'
  | 'device-lost'
  | 'worker-died'
  | 'network'
  | 'quota'
  | 'wrong-hash'
  | 'bad-model'
  | 'self-test-failed'
  | 'internal';

/** An error with a code, whether the same engine can go on, and what the user can do. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: EngineErrorCode;
  readonly recoverable: boolean;

  /** @param message what happened and what to do, as a sentence for the user. */
  constructor(code: EngineErrorCode, message: string, options: { recoverable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.recoverable = options.recoverable ?? false;
  }
}

export const isAbort = (error: unknown): boolean => error instanceof EngineError && error.code === 'aborted';

export const abortError = (): EngineError =>
  new EngineError('aborted', 'Stopped. What was finished is kept; run again to go on.', { recoverable: true });

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError();
}
