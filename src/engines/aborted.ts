import type { EngineError } from '../core/model/engine-error.ts';
import { throwIfAborted } from '../core/model/engine-error.ts';

const gone = AbortSignal.abort();

/** The error of a call that was stopped, as `throwIfAborted` throws it. */
export function abortedError(): EngineError {
  try {
    throwIfAborted(gone);
  } catch (error) {
    return error as EngineError;
  }
  throw new Error('throwIfAborted did not throw');
}
