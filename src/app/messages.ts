import { KnowshotError } from '../core/errors.ts';
import { EngineError } from '../core/model/engine-error.ts';

/** What to tell the user of an error. Errors of our own bring their sentence; others are ours to admit. */
export function messageOf(error: unknown): string {
  if (error instanceof KnowshotError || error instanceof EngineError) return error.message;
  const detail = error instanceof Error ? error.message : String(error);
  return `Knowshot could not go on: ${detail}. What is finished is kept; run again, or reload the page.`;
}
