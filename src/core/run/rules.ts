import type { OptionsForm } from '../data/example.ts';
import { isEntropyOrder } from '../demos/order.ts';
import { ABILITIES } from '../model/abilities.ts';
import type { LanguageModel } from '../model/language-model.ts';
import type { PluginInfo } from '../options.ts';
import {
  answererOf,
  calibratorOf,
  choosesDemos,
  demosPerQuery,
  ruminationOf,
  scoresText,
  selectorOf,
  tunerOf,
} from './methods.ts';
import type { Arm } from './spec.ts';

/**
 * Why the parts of an arm do not go together, or not with these data, and what to choose instead; `null` where they do.
 * @param form how the options of a question set are asked; `null` for other sets.
 */
export function armProblem(arm: Arm, form: OptionsForm | null): string | null {
  const [selector, calibrator, answerer] = [selectorOf(arm), calibratorOf(arm), answererOf(arm)];
  const shared = ([answerer, ...(choosesDemos(arm) ? [selector] : []), calibrator] as unknown as PluginInfo[]).find(
    (plugin) => plugin.needsSharedLabels,
  );
  if (form === 'cloze' && shared !== undefined) {
    return `"${shared.title}" counts labels, and here each question has options of its own. Choose another method, or have the options listed with letters.`;
  }
  for (const part of ['ruminate', 'calibrate', 'tune'] as const) {
    if ((arm[part]?.type ?? 'none') !== 'none' && answerer.ignores.includes(part))
      return `"${answerer.title}" leaves nothing to ${part}: set it to none.`;
  }
  if (scoresText(answerer) && arm.calibrate.type !== 'none' && calibrator.reference === undefined) {
    return `"${calibrator.title}" divides by how likely a label is, and the channel scores the text instead. Set calibration to none, batch, prototypical or temperature.`;
  }
  if (selector.asksModel !== undefined && choosesDemos(arm) && arm.answer.type !== 'model') {
    return `"${selector.title}" chooses by the answers of the model, which this arm does not ask for. Choose other demos.`;
  }
  const untunable = tuneProblem(arm);
  if (untunable !== null) return untunable;
  const rumination = ruminationOf(arm);
  if (rumination.needsOptions === true && form === null) {
    return `"${rumination.title}" is for questions with options, and here all items share their labels. Choose another rumination.`;
  }
  if (selector.asksModel === 'query' && arm.shots > 0 && arm.ruminate.type === 'one-call') {
    return `"${selector.title}" settles its demos last, and this rumination writes into them first. Choose other demos, or a rumination in two calls.`;
  }
  return isEntropyOrder(arm.order) && !answerer.ignores.includes('order') ? orderProblem(arm, form) : null;
}

/** Why there are too few queries for an arm; `null` where there are enough. */
export function sizeProblem(arm: Arm, labels: number, queries: number): string | null {
  const { title, fewest } = calibratorOf(arm);
  const needed = fewest?.(labels) ?? 1;
  return queries >= needed
    ? null
    : `"${title}" needs ${needed} queries for ${labels} labels, and there are ${queries}. Ask more queries, or choose another calibration.`;
}

function tuneProblem(arm: Arm): string | null {
  const tuner = tunerOf(arm);
  if (tuner.tune === null) return null;
  if (arm.ruminate.type !== 'none') {
    return `"${tuner.title}" is for answers at once: what is recalled would be written without it. Set ruminate to none, or tune to none.`;
  }
  const reference = calibratorOf(arm).reference?.(arm.calibrate as never);
  if (tuner.learns && typeof reference === 'object') {
    return `"${calibratorOf(arm).title}" is fitted on items of the pool, and "${tuner.title}" may have learned on them. Choose another calibration.`;
  }
  return null;
}

/** What the model cannot do that the arm's rumination or tuning needs; `null` where there is nothing. */
export function abilityProblem(
  arm: Arm,
  { identity, capabilities }: Pick<LanguageModel, 'identity' | 'capabilities'>,
): string | null {
  for (const [what, { title, needs }] of [
    ['rumination', ruminationOf(arm)],
    ['tuning', tunerOf(arm)],
  ] as const) {
    const lacking = needs.find((capability) => !capabilities.has(capability));
    if (lacking !== undefined)
      return `${identity.id} cannot ${ABILITIES[lacking]}, which "${title}" needs. Choose another ${what}, or another model.`;
  }
  return null;
}

function orderProblem(arm: Arm, form: OptionsForm | null): string | null {
  if (arm.answer.type !== 'model' || form !== null) {
    return 'Entropy probing asks the model for labels of texts that it writes itself, so it needs the model as the answer and a set with fixed labels. Choose another order.';
  }
  if (demosPerQuery(arm)) {
    return 'Entropy probing looks for the order of one set of demos, and here each query has its own. Choose another order, or demos that serve all queries.';
  }
  return null;
}
