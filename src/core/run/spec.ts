import * as v from 'valibot';
import { answerers } from '../answer/registry.ts';
import { calibrators } from '../calibration/registry.ts';
import { templateSchema } from '../data/schema.ts';
import { ORDERS } from '../demos/order.ts';
import { selectors } from '../demos/registry.ts';
import { issueText } from '../issues.ts';
import { type ChoiceOf, type PluginInfo, variantSchema } from '../options.ts';
import { SCORES } from '../prompt/verbalizer.ts';
import { ruminations } from '../rumination/registry.ts';
import { tuners } from '../tuning/registry.ts';

/** The most that a spec can ask for; a link from a stranger cannot ask for more. */
export const LIMITS = { arms: 64, shots: 64, trials: 20, limit: 100_000 } as const;

export type SelectChoice = ChoiceOf<typeof selectors>;
export type CalibrateChoice = ChoiceOf<typeof calibrators>;
export type AnswerChoice = ChoiceOf<typeof answerers>;
export type RuminateChoice = ChoiceOf<typeof ruminations>;
export type TuneChoice = ChoiceOf<typeof tuners>;

function choiceSchema<C>(what: string, registry: Record<string, PluginInfo>): v.GenericSchema<unknown, C> {
  const types = Object.keys(registry);
  const known = new Map(
    Object.values(registry).map((plugin) => [plugin.type, variantSchema(plugin.type, plugin.fields)]),
  );
  return v.pipe(
    v.looseObject({ type: v.string(`${what} needs a "type"`) }),
    v.rawTransform<{ type: string }, C>(({ dataset, addIssue, NEVER }) => {
      const schema = known.get(dataset.value.type);
      if (schema === undefined) {
        addIssue({ message: `There is no ${what} "${dataset.value.type}". Known: ${types.join(', ')}.` });
        return NEVER;
      }
      const result = v.safeParse(schema, dataset.value);
      if (result.success) return result.output as C;
      for (const issue of result.issues) addIssue({ message: `${what} "${dataset.value.type}": ${issue.message}` });
      return NEVER;
    }),
  );
}

export const modelChoiceSchema = v.strictObject({
  engine: v.pipe(v.string(), v.maxLength(40)),
  id: v.pipe(v.string(), v.maxLength(200)),
  /** The revision the spec was made with; another one is allowed and said. */
  revision: v.optional(v.pipe(v.string(), v.maxLength(80))),
  /** Whether the prompt stands as it is or in the model's chat template; as it is, where nothing is said. */
  prompt: v.optional(v.picklist(['plain', 'chat'])),
});

export const embedderChoiceSchema = v.strictObject({
  /** `owner/name:type` of the Hugging Face Hub, or the name of a folder, which whoever runs it has to choose again. */
  id: v.pipe(
    v.string(),
    v.maxLength(120),
    v.regex(/^\w[\w.-]*(?:\/\w[\w.-]*)?(?::\w+)?$/u, 'an embedder is owner/name:type, or the name of a folder'),
  ),
  /** The revision the spec was made with; another one is allowed and said. */
  revision: v.optional(v.pipe(v.string(), v.maxLength(80))),
});

export const armSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,24}$/u, 'an arm id has 1 to 24 of a-z, 0-9 and -')),
  name: v.pipe(v.string(), v.maxLength(80, 'an arm name has at most 80 characters')),
  select: choiceSchema<SelectChoice>('selector', selectors),
  shots: v.pipe(
    v.number(),
    v.integer('shots must be a whole number'),
    v.minValue(0, 'shots must be at least 0'),
    v.maxValue(LIMITS.shots, `shots must be at most ${LIMITS.shots}`),
  ),
  order: v.optional(v.picklist(ORDERS.map((o) => o.value)), 'nearest-last'),
  ruminate: v.optional(choiceSchema<RuminateChoice>('rumination', ruminations), { type: 'none' }),
  /** What the model is changed by before it is asked; nothing, where nothing is said. */
  tune: v.optional(choiceSchema<TuneChoice>('tuning', tuners)),
  calibrate: v.optional(choiceSchema<CalibrateChoice>('calibrator', calibrators), { type: 'none' }),
  answer: v.optional(choiceSchema<AnswerChoice>('answer', answerers), { type: 'model' }),
  /** Log-probability of a label word or an option; summed by default, as METHODS 0.5 and 2.4 have it. */
  score: v.optional(v.picklist(SCORES.map((s) => s.value)), 'sum'),
  /** The model that answers, where it is another than the experiment's. */
  model: v.optional(modelChoiceSchema),
});

export const dataChoiceSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,60}$/u, 'a data set id has 1 to 60 of a-z, 0-9 and -')),
  /** Digest of the rows the spec was made with; other rows are refused by a link's check, and said. */
  digest: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/u))),
});

const specEntries = v.strictObject({
  version: v.literal(1),
  data: dataChoiceSchema,
  model: modelChoiceSchema,
  /** What compares texts for arms whose embedding is `sentence`. */
  embedder: v.optional(embedderChoiceSchema),
  template: v.optional(templateSchema),
  arms: v.pipe(
    v.array(armSchema),
    v.minLength(1, 'a run needs at least one arm'),
    v.maxLength(LIMITS.arms, `a run has at most ${LIMITS.arms} arms`),
    v.check((arms) => new Set(arms.map((a) => a.id)).size === arms.length, 'each arm needs an id of its own'),
  ),
  /** How many queries of the evaluation set are asked, from its start. */
  limit: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1, 'limit must be at least 1'), v.maxValue(LIMITS.limit)),
  ),
  trials: v.optional(
    v.pipe(v.number(), v.integer(), v.minValue(1, 'trials must be at least 1'), v.maxValue(LIMITS.trials)),
    1,
  ),
  seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(4294967295)), 1),
  /** Id of the arm whose comparison with the first is the one the experiment is about, named before it runs. */
  primary: v.optional(v.string()),
});

export const runSpecSchema = v.pipe(
  specEntries,
  v.check(
    ({ arms, primary }) => primary === undefined || arms.slice(1).some((arm) => arm.id === primary),
    'primary must be the id of an arm other than the first',
  ),
);

/** The whole request of a run: with the data, the knowledge and the model it names, it fixes every number. */
export type RunSpec = v.InferOutput<typeof runSpecSchema>;
export type Arm = RunSpec['arms'][number];
export type ModelChoice = RunSpec['model'];
export type EmbedderChoice = NonNullable<RunSpec['embedder']>;

export type ParsedSpec =
  | { readonly ok: true; readonly spec: RunSpec }
  | { readonly ok: false; readonly problem: string };

export function parseSpec(input: unknown): ParsedSpec {
  const result = v.safeParse(runSpecSchema, input);
  return result.success ? { ok: true, spec: result.output } : { ok: false, problem: issueText(result.issues) };
}
