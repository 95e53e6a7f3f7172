import type { Work } from './cell.ts';
import { Scorer } from './scorer.ts';
import { selectionsOf } from './selection.ts';
import type { Setting } from './setting.ts';

/** What answers the cells of a setting. What was selected and scored is kept with it. */
export function workOf(setting: Setting): Work {
  const scorer = new Scorer(setting);
  return { setting, scorer, selections: selectionsOf(setting, scorer) };
}
