import type { Example } from '../data/example.ts';
import { digestOf } from '../hash.ts';
import { type Stream, stream } from '../random/stream.ts';
import { embedderKey, embedSource } from './embedder.ts';
import { calibratorOf, selectorOf, tunerOf } from './methods.ts';
import type { Scorer } from './scorer.ts';
import type { Selections } from './selection.ts';
import type { Setting } from './setting.ts';
import type { Arm } from './spec.ts';

/** One answer to be made: an arm, a query, a trial. */
export interface Cell {
  readonly arm: Arm;
  readonly trial: number;
  readonly query: Example;
}

/** What answering cells works with. */
export interface Work {
  readonly setting: Setting;
  readonly scorer: Scorer;
  readonly selections: Selections;
}

/**
 * The cell's content key: equal exactly where all that can change its numbers is equal. An arm's id and name cannot;
 * the number of queries can only where a method reads them all.
 */
export function cellKey(setting: Setting, { arm, trial, query }: Cell): string {
  const { select, shots, order, ruminate, calibrate, answer, score } = arm;
  const transductive = selectorOf(arm).transductive || calibratorOf(arm).transductive;
  const targets = transductive ? setting.queries.length : null;
  return digestOf({
    setting: setting.digest,
    arm: { select, shots, order, ruminate, calibrate, answer, score },
    ...(tunerOf(arm).tune === null ? {} : { tune: arm.tune }),
    trial,
    query: query.id,
    targets,
    ...(embedSource(arm) === 'sentence' && setting.embedder !== undefined
      ? { embedder: embedderKey(setting.embedder) }
      : {}),
  });
}

/** Arm and trial, which all cells of a batch share. */
export const scopeOf = ([first]: readonly Pick<Cell, 'arm' | 'trial'>[]): string => `${first?.arm.id} ${first?.trial}`;

/** A stream of a trial, the same for every arm. */
export const trialStream = (setting: Setting, trial: number, ...name: readonly (string | number)[]): Stream =>
  stream(setting.spec.seed, 'trial', trial, ...name);
