import { embedSource } from '../../core/run/embedder.ts';
import { modelKey, ownModel } from '../../core/run/models.ts';
import { bySentence } from '../../core/run/sentence-arm.ts';
import { LIMITS, type ModelChoice, type RunSpec } from '../../core/run/spec.ts';

/**
 * The experiment with its first arm once more, on another model: the same examples in the prompt, another reader.
 * @returns `null` where an arm like the first has that model already, or there is no room for one more.
 */
export function withModelArm(spec: RunSpec, model: ModelChoice, title: string): RunSpec | null {
  const [first] = spec.arms;
  if (first === undefined || spec.arms.length >= LIMITS.arms) return null;
  if (spec.arms.some((arm) => modelKey(ownModel(arm, spec)) === modelKey(model))) return null;
  const ids = new Set(spec.arms.map((arm) => arm.id));
  let n = spec.arms.length + 1;
  while (ids.has(`arm-${n}`)) n++;
  return {
    ...spec,
    arms: [...spec.arms, { ...first, id: `arm-${n}`, name: `${first.name}, ${title}`.slice(0, 80), model }],
  };
}

/** Whether an arm compares texts by the embedding of the model that answers. */
export const comparesByModel = ({ arms }: RunSpec): boolean => arms.some((arm) => embedSource(arm) === 'model');

/** The experiment with its sentence embedder in place of the models' own embeddings. */
export const withSentenceEmbedding = (spec: RunSpec): RunSpec => ({
  ...spec,
  arms: spec.arms.map(bySentence),
});
