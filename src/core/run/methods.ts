import type { Answerer } from '../answer/answerer.ts';
import { answerers } from '../answer/registry.ts';
import type { Calibrator } from '../calibration/calibrator.ts';
import { calibrators } from '../calibration/registry.ts';
import { selectors } from '../demos/registry.ts';
import type { Selector } from '../demos/selector.ts';
import { ruminations } from '../rumination/registry.ts';
import type { Rumination } from '../rumination/rumination.ts';
import { tuners } from '../tuning/registry.ts';
import type { Tuner } from '../tuning/tuner.ts';
import type { Arm } from './spec.ts';

/** The registries erase each plug-in's option types; the spec's schema has checked them. */
export const selectorOf = (arm: Arm): Selector<never> => selectors[arm.select.type] as unknown as Selector<never>;

export const calibratorOf = (arm: Arm): Calibrator<never> =>
  calibrators[arm.calibrate.type] as unknown as Calibrator<never>;

export const answererOf = (arm: Arm): Answerer<never> => answerers[arm.answer.type] as unknown as Answerer<never>;

export const ruminationOf = (arm: Arm): Rumination<never> =>
  ruminations[arm.ruminate.type] as unknown as Rumination<never>;

export const tunerOf = (arm: Arm): Tuner<never> => tuners[arm.tune?.type ?? 'none'] as unknown as Tuner<never>;

/** Whether the text of the query is scored under each label, and not the label after the text. */
export const scoresText = (answerer: Answerer<never>): boolean => answerer.asks && !answerer.wordFollows;

/** Whether demos are chosen at all: there are shots, and the way of answering reads them. */
export const choosesDemos = (arm: Arm): boolean => arm.shots > 0 && !answererOf(arm).ignores.includes('select');

export const demosPerQuery = (arm: Arm): boolean => choosesDemos(arm) && selectorOf(arm).perQuery(arm.select as never);
