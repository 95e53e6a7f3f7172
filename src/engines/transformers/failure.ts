import { EngineError } from '../../core/model/engine-error.ts';
import { bad } from './decoder.ts';
import type { Dtype } from './runtime.ts';

/** What went wrong with loading or first running a model, by what ONNX Runtime and transformers.js say. */
export function loadError(model: string, dtype: Dtype, cause: unknown): EngineError {
  if (cause instanceof EngineError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (/not found|could not locate|404/iu.test(reason))
    return bad(
      `${model} lacks a file for the number type ${dtype}: ${reason.replace(/\.$/u, '')}. Choose another type or model`,
      cause,
    );
  if (/fetch|network|ENOTFOUND|ECONN/iu.test(reason))
    return new EngineError(
      'network',
      `${model} could not be downloaded: ${reason}. Check the connection and try again.`,
      { recoverable: true, cause },
    );
  if (/out of memory|bad_alloc|allocat/iu.test(reason))
    return new EngineError(
      'out-of-memory',
      `${model} does not fit into memory as ${dtype}: ${reason}. Choose a smaller number type or model.`,
      { cause },
    );
  return bad(`${model} as ${dtype}: ${reason}`, cause);
}
