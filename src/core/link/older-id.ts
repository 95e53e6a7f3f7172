import * as v from 'valibot';
import { onnxId, parseOnnxId } from '../model/onnx-id.ts';
import { ownModel } from '../run/models.ts';
import { bySentence } from '../run/sentence-arm.ts';
import { embedderChoiceSchema, type ModelChoice, type RunSpec } from '../run/spec.ts';

/**
 * Before the sentence embedder had a field of its own, an ONNX model's id named it too, `owner/name:type+owner/name:type`, and its
 * vectors were the model's.
 * @returns `null` of an id of another form, which is left to whoever runs it.
 */
function parted({ engine, id }: ModelChoice): { readonly model: string; readonly embedder: string } | null {
  const [model, embedder, ...more] = id.split('+').map(parseOnnxId);
  if (engine !== 'transformers' || more.length > 0 || !model || !embedder) return null;
  const named = v.safeParse(embedderChoiceSchema, { id: onnxId(embedder) });
  return named.success ? { model: onnxId(model), embedder: named.output.id } : null;
}

/**
 * A spec of the older form as the present one: the embedder in its field, and asked by the arms that compared texts by a model that
 * brought it. @returns a spec that needs no change as it is, and why there is no present form as a sentence.
 */
export function embedderApart(spec: RunSpec): RunSpec | string {
  const apart = (choice: ModelChoice): ModelChoice => ({ ...choice, id: parted(choice)?.model ?? choice.id });
  const choices = [spec.model, ...spec.arms.map((arm) => ownModel(arm, spec))];
  const found = new Set(choices.flatMap((choice) => parted(choice)?.embedder ?? []));
  const [first] = found;
  if (first === undefined) return spec;
  const all = [...found.add(spec.embedder?.id ?? first)];
  if (all.length > 1)
    return `It names the sentence embedders ${all.join(' and ')}, and an experiment has one. Make an experiment for each.`;
  return {
    ...spec,
    model: apart(spec.model),
    embedder: spec.embedder ?? { id: first },
    arms: spec.arms.map((arm) => ({
      ...(parted(ownModel(arm, spec)) === null ? arm : bySentence(arm)),
      ...(arm.model === undefined ? {} : { model: apart(arm.model) }),
    })),
  };
}
