import type { ScoreResult } from '../model/language-model.ts';
import { combined } from '../rumination/combine.ts';
import type { Draft } from './draft.ts';

/** The answers of a draft's prompts, and the one that they become. Natural logs over the labels. */
export interface Answers {
  readonly rows: readonly (readonly number[])[];
  readonly logprobs: readonly number[];
}

/** @param results one a request of the draft, in their order. */
export function answersOf({ answerer, asks, reviewed }: Draft, results: readonly ScoreResult[]): Answers {
  let at = 0;
  const rows = asks.map(({ context, requests }) => {
    const own = results.slice(at, at + requests.length);
    at += own.length;
    return answerer.logprobs(context, own);
  });
  return { rows, logprobs: combined(reviewed.review === 'too-long' ? 'single' : reviewed.review.combine, rows) };
}
