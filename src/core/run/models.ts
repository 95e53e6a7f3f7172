import type { Arm, ModelChoice, RunSpec } from './spec.ts';

/** Readers are told apart by engine, id, and whether they read the prompt as a chat. */
export const modelKey = ({ engine, id, prompt }: ModelChoice): string =>
  `${engine}/${id}${prompt === 'chat' ? ', as a chat' : ''}`;

/** The model that answers for an arm. */
export const ownModel = (arm: Arm, spec: Pick<RunSpec, 'model'>): ModelChoice => arm.model ?? spec.model;

export const armsOf = <S extends Pick<RunSpec, 'model' | 'arms'>>(spec: S, choice: ModelChoice): Arm[] =>
  spec.arms.filter((arm) => modelKey(ownModel(arm, spec)) === modelKey(choice));

/** The models that an experiment asks, each once: its own first, where an arm uses it, then in the order of the arms. */
export function modelsOf(spec: Pick<RunSpec, 'model' | 'arms'>): ModelChoice[] {
  const choices = [spec.model, ...spec.arms.map((arm) => ownModel(arm, spec))];
  const distinct = new Map(choices.map((choice) => [modelKey(choice), choice]));
  return [...distinct.values()].filter((choice) => armsOf(spec, choice).length > 0);
}

export const ONE_MODEL =
  'An arm of this experiment names a model of its own, and here only one model is at hand. Run the whole experiment under Compare, or choose an arm without.';
