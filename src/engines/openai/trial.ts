import type { LanguageModel, ScoreRequest, SelfTestCheck } from '../../core/model/language-model.ts';
import { check, checkScores } from '../self-test.ts';

/**
 * Half-precision servers round, and differently in other batches. What goes beyond this is no rounding: a model whose
 * label words move so much cannot be compared.
 */
export const SERVER_TOLERANCE = 0.1;

const RIVALS: ScoreRequest = {
  prompt: 'one two three',
  continuations: [' four', ' and', ' the', ' five', ' more', '.', ' house', ' 4'],
};

/** The self-test of a server's log-probabilities. */
export async function trial(model: Pick<LanguageModel, 'score'>): Promise<SelfTestCheck[]> {
  return [
    ...(await checkScores(model, SERVER_TOLERANCE)),
    check('a continuation is as likely as its parts together', await chainGap(model), SERVER_TOLERANCE),
    check('different tokens in one place share at most the whole probability', await excess(model), 0.01),
  ];
}

async function chainGap(model: Pick<LanguageModel, 'score'>): Promise<number> {
  const { results } = await model.score([
    { prompt: 'one two', continuations: [' three four'] },
    { prompt: 'one two', continuations: [' three'] },
    { prompt: 'one two three', continuations: [' four'] },
  ]);
  const [whole = Number.NaN, first = Number.NaN, second = Number.NaN] = results.map((r) => r.scores[0]?.sumLogprob);
  const gap = Math.abs(whole - first - second);
  return Number.isNaN(gap) ? Number.POSITIVE_INFINITY : gap;
}

/** How far the probabilities of distinct first tokens together are above one. */
async function excess(model: Pick<LanguageModel, 'score'>): Promise<number> {
  const { results } = await model.score([RIVALS]);
  const first = new Map(results[0]?.scores.map((score) => [score.tokenIds[0], score.tokenLogprobs[0] as number]));
  const mass = [...first.values()].reduce((sum, logprob) => sum + Math.exp(logprob), 0);
  return Number.isNaN(mass) ? Number.POSITIVE_INFINITY : Math.max(0, mass - 1);
}
