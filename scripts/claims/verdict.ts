import { holm } from '../../src/core/metrics/holm.ts';
import type { Effect } from './effect.ts';

/** A gain that would be worth the trouble: 3 points. */
export const WORTH = 0.03;
export const LEVEL = 0.05;

export type Verdict = 'seen' | 'not seen' | 'not seen; the reverse is' | 'too small to tell';

export interface Judged extends Effect {
  /** After Holm over the claims of the family. */
  readonly adjustedP: number;
  readonly verdict: Verdict;
}

/** The rule of the page's top; it was written before the runs. */
export function verdictOf({ interval }: Pick<Effect, 'interval'>, adjustedP: number): Verdict {
  if (adjustedP < LEVEL && interval.low > 0) return 'seen';
  if (adjustedP < LEVEL && interval.high < 0) return 'not seen; the reverse is';
  return interval.high < WORTH ? 'not seen' : 'too small to tell';
}

/** All effects of a family, in the order given. */
export function judged(effects: readonly Effect[]): Judged[] {
  const adjusted = holm(effects.map(({ p }) => p));
  return effects.map((effect, i) => {
    const adjustedP = adjusted[i] as number;
    return { ...effect, adjustedP, verdict: verdictOf(effect, adjustedP) };
  });
}
