import { EngineError } from '../core/model/engine-error.ts';
import type { LanguageModel, ScoreBatch, ScoreRequest, SelfTestCheck } from '../core/model/language-model.ts';

type Scoring = Pick<LanguageModel, 'score'>;

const PROMPTS: readonly ScoreRequest[] = [
  { prompt: 'The capital of France is', continuations: [' Paris', ' London'] },
  { prompt: 'Review: a warm and funny film.\nSentiment:', continuations: [' positive', ' negative'] },
  { prompt: 'The capital of', continuations: [' France is'] },
];

export const SCORE_TOLERANCE = 1e-4;

/** Scores the same prompts again, and in reverse; a cached and a fresh pass, one batch and another, must agree. */
export async function checkScores(model: Scoring, tolerance = SCORE_TOLERANCE): Promise<SelfTestCheck[]> {
  const first = await model.score(PROMPTS);
  const again = await model.score(PROMPTS);
  const reversed = await model.score([...PROMPTS].reverse());
  const alone: ScoreBatch[] = [];
  for (const request of PROMPTS) alone.push(await model.score([request]));
  return [
    check('the same prompts scored twice agree', difference(first, again.results), tolerance),
    check('the order of a batch changes nothing', difference(first, [...reversed.results].reverse()), tolerance),
    check(
      'a batch and single prompts agree',
      difference(
        first,
        alone.flatMap((batch) => batch.results),
      ),
      tolerance,
    ),
  ];
}

export function check(name: string, maxDifference: number, tolerance: number): SelfTestCheck {
  return { name, passed: maxDifference <= tolerance, maxDifference, tolerance };
}

export function requirePassed(checks: readonly SelfTestCheck[]): readonly SelfTestCheck[] {
  const failed = checks.find((item) => !item.passed);
  if (!failed) return checks;
  throw new EngineError(
    'self-test-failed',
    `The model gives wrong numbers on this machine: ${failed.name}: difference ${failed.maxDifference}, allowed ${failed.tolerance}. Use another browser or model.`,
  );
}

export function difference(a: Pick<ScoreBatch, 'results'>, b: ScoreBatch['results']): number {
  const flat = (results: ScoreBatch['results']) => results.flatMap((r) => r.scores.flatMap((s) => s.tokenLogprobs));
  const x = flat(a.results);
  const y = flat(b);
  if (x.length !== y.length) return Number.POSITIVE_INFINITY;
  // A difference that is not a number is no agreement.
  return x.reduce((worst, value, i) => {
    const gap = Math.abs(value - (y[i] as number));
    return Number.isNaN(gap) ? Number.POSITIVE_INFINITY : Math.max(worst, gap);
  }, 0);
}
