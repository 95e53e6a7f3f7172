import { expect } from 'vitest';
import type { LanguageModel, ScoreBatch, ScoreRequest } from '../../src/core/model/language-model.ts';

/** The model that the parts of the contract are tried on. */
export interface UnderTest {
  /** Loaded before the first test. */
  readonly model: LanguageModel;
  readonly tolerance: number;
  has(capability: 'logprobs' | 'generate' | 'embed'): boolean;
  /** Expects two answers to have the same numbers, up to the tolerance. */
  same(a: ScoreBatch['results'], b: ScoreBatch['results']): void;
}

export const code = (value: string) => expect.objectContaining({ name: 'EngineError', code: value });

export const greedy = { maxTokens: 5, temperature: 0, topP: 1, stop: [] as string[], seed: 0 };

export const REQUESTS: readonly ScoreRequest[] = [
  { prompt: 'good and bad: hello', continuations: [' good', ' bad', ' and hello'] },
  { prompt: 'good and bad: world', continuations: [' good', ' bad'] },
  { prompt: '', continuations: ['hello', ' world'] },
  { prompt: 'hello\n', continuations: ['good', '\n', ' é ✓'] },
];

/** Work for long enough to be stopped in the middle. */
export function longBatch(model: LanguageModel): ScoreRequest[] {
  const words = Math.floor(Math.min(model.contextLength, 400) / 8);
  return Array.from({ length: 3000 }, (_, i) => ({
    prompt: `${i} ${`${i % 97} and `.repeat(Math.max(1, words / 2))}`,
    continuations: [' good'],
  }));
}

export function largestGap(a: ScoreBatch['results'], b: ScoreBatch['results']): number {
  const flat = (results: ScoreBatch['results']) => results.flatMap((r) => r.scores.flatMap((s) => s.tokenLogprobs));
  const [x, y] = [flat(a), flat(b)];
  if (x.length !== y.length) return Number.POSITIVE_INFINITY;
  return x.reduce((gap, value, i) => Math.max(gap, Math.abs(value - (y[i] as number))), 0);
}
