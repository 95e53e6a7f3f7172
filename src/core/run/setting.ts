import type { Calibrator } from '../calibration/calibrator.ts';
import { calibrators } from '../calibration/registry.ts';
import { type Dataset, type Example, fullText, type OptionsForm, type Template } from '../data/example.ts';
import { guardPool } from '../data/leak.ts';
import { selectors } from '../demos/registry.ts';
import type { SelectFor, Selector, SelectorContext } from '../demos/selector.ts';
import { dataError, specError } from '../errors.ts';
import { canonicalJson, digestOf } from '../hash.ts';
import type { Knowledge } from '../knowledge/types.ts';
import { throwIfAborted } from '../model/engine-error.ts';
import type { Capability, LanguageModel } from '../model/language-model.ts';
import { answersTo, optionsForm } from '../prompt/answers.ts';
import { checkOptionTexts, checkVerbalizer, type Verbalizer, verbalizer } from '../prompt/verbalizer.ts';
import { stream } from '../random/stream.ts';
import type { RunNotice } from './record.ts';
import type { Arm, RunSpec } from './spec.ts';

/** Everything about a run that is settled before its first cell. */
export interface Setting {
  readonly spec: RunSpec;
  readonly dataset: Dataset;
  readonly template: Template;
  readonly knowledge: Knowledge;
  readonly model: LanguageModel;
  readonly pool: readonly Example[];
  readonly queries: readonly Example[];
  readonly queryTexts: readonly string[];
  /** How options are asked; `null` where all queries share the labels of the set. */
  readonly options: OptionsForm | null;
  /** What can be answered to an example, as words. */
  readonly answersOf: (example: Example) => Verbalizer;
  /** Tokens that the longest label word or option takes. */
  readonly longestWord: number;
  readonly notices: readonly RunNotice[];
  /** Changes with anything but arm, trial and query that can change a number. */
  readonly digest: string;
  readonly signal: AbortSignal | undefined;
  /** Makes a value once for a key, for the whole run. */
  readonly remember: <T>(key: unknown, make: () => T) => T;
}

export interface SettingInput {
  readonly spec: RunSpec;
  readonly dataset: Dataset;
  readonly knowledge: Knowledge;
  readonly model: LanguageModel;
  readonly signal?: AbortSignal;
}

/** Checks data, labels and capabilities, and takes leaks out of the pool. Every refusal says what to do. */
export async function prepareSetting({ spec, dataset, knowledge, model, signal }: SettingInput): Promise<Setting> {
  throwIfAborted(signal);
  if (spec.data.id !== dataset.id)
    throw specError(`The experiment is about "${spec.data.id}", the rows are of "${dataset.id}".`);
  const notices: RunNotice[] = [];
  const note = (code: string, text: string) => notices.push({ code, text });
  if (spec.data.digest !== undefined && spec.data.digest !== dataset.digest) {
    note(
      'data-changed',
      `The rows of "${dataset.title}" are not those this experiment was made with, so its numbers can differ.`,
    );
  }
  if (spec.model.revision !== undefined && spec.model.revision !== model.identity.revision) {
    note(
      'model-changed',
      `This experiment was made with ${spec.model.id} ${spec.model.revision}; here it runs on ${model.identity.revision}, so its numbers can differ.`,
    );
  }
  if (dataset.evalSet.length === 0)
    throw dataError('There are no queries: the evaluation set is empty. Give at least one row.');
  const queries = dataset.evalSet.slice(0, spec.limit ?? dataset.evalSet.length);
  const template = spec.template ?? dataset.template;
  checkTemplate(template, queries);
  const { pool, leaked, repeated } = guardPool(dataset.demoPool, dataset.evalSet);
  if (leaked.length > 0) {
    note(
      'leak',
      `${leaked.length} pool ${leaked.length === 1 ? 'item is' : 'items are'} left out because the same text is asked as a query.`,
    );
  }
  if (repeated.length > 0) {
    note('repeat', `${repeated.length} repeated pool ${repeated.length === 1 ? 'item is' : 'items are'} left out.`);
  }
  checkPool(spec, pool);
  for (const arm of spec.arms) checkNeeds(arm, model, knowledge);
  const form = optionsForm(dataset, template);
  const answersOf = rememberedAnswers(dataset.labels, template);
  const warnings =
    form === 'cloze'
      ? await checkOptionTexts(
          queries,
          queries.map((query) => answersOf(query).labels),
          model,
        )
      : await checkVerbalizer(dataset.labels, model);
  for (const text of warnings.slice(0, 3)) note('label-prefix', text);
  const asked = form === 'cloze' ? dataset.evalSet : dataset.evalSet.slice(0, 1);
  const wordTokens = await model.tokenize(asked.flatMap((query) => answersOf(query).continuations));
  const { engine, id, revision, files, backend, precision } = model.identity;
  return {
    spec,
    dataset,
    template,
    knowledge,
    model,
    pool,
    queries,
    queryTexts: queries.map(fullText),
    options: form,
    answersOf,
    longestWord: Math.max(...wordTokens.map((ids) => ids.length)),
    notices,
    digest: digestOf({
      version: 1,
      model: { engine, id, revision, files, backend, precision },
      data: dataset.digest,
      knowledge: knowledge.digest,
      template,
      seed: spec.seed,
      pool: pool.map((example) => example.id),
    }),
    signal,
    remember: rememberer(),
  };
}

function rememberer(): Setting['remember'] {
  const values = new Map<string, unknown>();
  return <T>(key: unknown, make: () => T): T => {
    const name = canonicalJson(key);
    if (!values.has(name)) values.set(name, make());
    return values.get(name) as T;
  };
}

/** Label words of a set once for all; those of a question once for its pool or evaluation item. */
function rememberedAnswers(labels: Dataset['labels'], template: Template): Setting['answersOf'] {
  const shared = verbalizer(labels);
  const own = new WeakMap<Example, Verbalizer>();
  return (example) => {
    if (example.options === undefined) return shared;
    const known = own.get(example) ?? verbalizer(answersTo({ labels, template }, example));
    own.set(example, known);
    return known;
  };
}

function checkTemplate(template: Template, queries: readonly Example[]): void {
  const pairs = queries.some((q) => q.text2 !== undefined);
  if (pairs && template.inputNames.length < 2) {
    throw specError(
      'This set has two texts an example: the template needs two input names, for example "Premise" and "Hypothesis".',
    );
  }
}

function checkPool(spec: RunSpec, pool: readonly Example[]): void {
  const wanted = spec.arms.find((arm) => arm.shots > 0);
  if (wanted !== undefined && pool.length === 0) {
    throw dataError(
      `The demo pool is empty, but the arm "${wanted.name}" asks for ${wanted.shots} demos. Give a pool or set its shots to 0.`,
    );
  }
}

function checkNeeds(arm: Arm, model: LanguageModel, knowledge: Knowledge): void {
  const knows = knowledge.triples.length > 0;
  if (!knows && (selectorOf(arm).needsKnowledge || calibratorOf(arm).needsKnowledge)) {
    throw specError(`The arm "${arm.name}" needs a knowledge base, and this one holds no facts. Choose other methods.`);
  }
  const need = (capability: Capability, what: string, wayOut: string) => {
    if (model.capabilities.has(capability)) return;
    throw specError(`${model.identity.id} cannot ${what}, which the arm "${arm.name}" needs. ${wayOut}`);
  };
  need('logprobs', 'give the log-probabilities of label words', 'Choose another model.');
  if (arm.ruminate.type !== 'none') need('generate', 'write text', 'Set rumination to none, or choose another model.');
  if (selectorOf(arm).needsEmbed(arm.select as never)) {
    need('embed', 'give text embeddings', 'Choose tf-idf as the embedding, another selector, or another model.');
  }
}

/** The registry erases each plug-in's option types; the spec's schema has checked them. */
export const selectorOf = (arm: Arm): Selector<never> => selectors[arm.select.type] as unknown as Selector<never>;

export const calibratorOf = (arm: Arm): Calibrator<never> =>
  calibrators[arm.calibrate.type] as unknown as Calibrator<never>;

/** Prepares each distinct way of selecting once for all arms of a trial that share it. */
export function selectionFor(
  setting: Setting,
  onPhase: (text: string) => void,
): (arm: Arm, trial: number) => Promise<SelectFor> {
  const prepared = new Map<string, Promise<SelectFor>>();
  const embed = rememberedEmbed(setting, onPhase);
  return (arm, trial) => {
    const selector = selectorOf(arm);
    const key = canonicalJson([arm.select, arm.shots, trial]);
    let ready = prepared.get(key);
    if (ready === undefined) {
      const context: SelectorContext = {
        pool: setting.pool,
        targets: setting.queries,
        labels: setting.dataset.labels,
        shots: Math.min(arm.shots, setting.pool.length),
        knowledge: setting.knowledge,
        embed,
        random: (...name) => stream(setting.spec.seed, 'trial', trial, ...name),
      };
      ready = arm.shots === 0 ? Promise.resolve(() => []) : selector.prepare(context, arm.select as never);
      prepared.set(key, ready);
    }
    return ready;
  };
}

const EMBED_BATCH = 64;

/**
 * Vectors are asked once a text. A text longer than the context has none: it gets zeros, so it is like no other; it could
 * not stand in a prompt either.
 */
function rememberedEmbed({ model, signal }: Setting, onPhase: (text: string) => void) {
  const known = new Map<string, Float32Array | null>();
  const options = signal === undefined ? {} : { signal };
  let dimension = 1;
  return async (texts: readonly string[]): Promise<readonly Float32Array[]> => {
    const missing = [...new Set(texts)].filter((text) => !known.has(text));
    for (let i = 0; i < missing.length; i += EMBED_BATCH) {
      throwIfAborted(signal);
      onPhase(`embedding ${Math.min(i + EMBED_BATCH, missing.length)} of ${missing.length} texts`);
      const batch = missing.slice(i, i + EMBED_BATCH);
      const tokens = await model.tokenize(batch, options);
      const fitting = batch.filter((_, k) => (tokens[k]?.length ?? 0) < model.contextLength);
      const vectors = fitting.length === 0 ? [] : await model.embed(fitting, options);
      for (const text of batch) known.set(text, null);
      fitting.forEach((text, k) => {
        known.set(text, vectors[k] as Float32Array);
      });
      dimension = vectors[0]?.length ?? dimension;
    }
    return texts.map((text) => known.get(text) ?? new Float32Array(dimension));
  };
}
