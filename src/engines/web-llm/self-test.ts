import type { ScoreRequest, SelfTestCheck } from '../../core/model/language-model.ts';
import type { Arithmetic } from '../../core/model/machine.ts';
import { check, checkScores, difference, requirePassed, SCORE_TOLERANCE } from '../self-test.ts';
import { Slices } from '../slices.ts';
import type { Session } from './engine.ts';
import { score } from './score.ts';

/**
 * In nats. Half precision keeps three digits of a logit, and tokens that run in other portions round otherwise: what differs by
 * less than this is noise, and a difference between two arms that rests on less is none.
 */
const TOLERANCES: Readonly<Record<Arithmetic, number>> = { f32: SCORE_TOLERANCE, f16: 0.2 };

const LISTS = ['red, green, blue, ', 'north, south, west, '].map((words) => words.repeat(12));

/** Texts that leave one another after a common beginning and come back, so that the cache pops and holds several. */
const BRANCHES: readonly ScoreRequest[] = [
  { prompt: `A list of words: ${LISTS[0]}and`, continuations: [' white', ' green paint'] },
  { prompt: `A list of words: ${LISTS[1]}and`, continuations: [' east'] },
  { prompt: `A list of words: ${LISTS[0]}and finally`, continuations: [' white'] },
  { prompt: 'A list of', continuations: [' words', ' names'] },
];

const CAPITAL: ScoreRequest = { prompt: 'The capital of France is', continuations: [' Paris', ' London'] };

export interface Tested {
  readonly session: Session;
  /** Whether prefixes are kept in the cache. */
  readonly keeps: boolean;
  readonly checks: readonly SelfTestCheck[];
}

/**
 * Tests the model with every prompt computed whole, then with prefixes kept in the cache. Where only the second gives other
 * numbers, the model runs the first way: slower, and right.
 * @param trained whether the weights were trained; such a model knows the capital of France.
 * @throws EngineError `self-test-failed` with the figures.
 */
export async function testedSession(
  make: (keep: boolean) => Session,
  arithmetic: Arithmetic,
  trained: boolean,
  signal: AbortSignal | undefined,
): Promise<Tested> {
  const tolerance = TOLERANCES[arithmetic];
  const scoring = (session: Session) => ({
    score: (requests: readonly ScoreRequest[]) => score(session, requests, new Slices(signal)),
  });
  const whole = make(false);
  const checks = [...(await checkScores(scoring(whole), tolerance)), await massCheck(whole)];
  if (trained) checks.push(await knowledgeCheck(whole));
  requirePassed(checks);
  const expected = await scoring(whole).score(BRANCHES);
  whole.cache.clear();
  const kept = make(true);
  const keptChecks = [
    check(
      'kept prefixes and whole passes agree',
      difference(await scoring(kept).score(BRANCHES), expected.results),
      tolerance,
    ),
    check(
      'prefixes kept in another order agree as well',
      difference(
        { results: [...(await scoring(kept).score([...BRANCHES].reverse())).results].reverse() },
        expected.results,
      ),
      tolerance,
    ),
  ];
  kept.cache.clear();
  return keptChecks.every(({ passed }) => passed)
    ? { session: kept, keeps: true, checks: [...checks, ...keptChecks] }
    : { session: whole, keeps: false, checks };
}

/** How far the probabilities of all tokens after the start token are from one. */
async function massCheck({ cache, reader }: Session): Promise<SelfTestCheck> {
  const logits = await cache.logitsAfter([reader.startToken]);
  const max = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const weights = logits.reduce((sum, logit) => sum + Math.exp(logit - max), 0);
  const mass = logits.reduce((sum, logit) => sum + Math.exp(logit - max) / weights, 0);
  return check(
    'probabilities over the vocabulary sum to one',
    Number.isNaN(mass) ? Number.POSITIVE_INFINITY : Math.abs(mass - 1),
    1e-3,
  );
}

/** Wrong kernels may be wrong the same way every time; they hardly give sense. */
async function knowledgeCheck(session: Session): Promise<SelfTestCheck> {
  const { results } = await score(session, [CAPITAL], new Slices(undefined));
  const [paris, london] = (results[0]?.scores ?? []).map((s) => s.sumLogprob) as [number, number];
  const lead = paris - london;
  return check('Paris is likelier than London as the capital of France', lead > 0 ? 0 : Math.abs(lead) || 1, 0);
}
