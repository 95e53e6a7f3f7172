import { type Dataset, type Example, fullText, type OptionsForm, type Template } from '../data/example.ts';
import { guardPool } from '../data/leak.ts';
import { isEntropyOrder } from '../demos/order.ts';
import { dataError, specError } from '../errors.ts';
import { canonicalJson, digestOf } from '../hash.ts';
import type { Knowledge } from '../knowledge/types.ts';
import { throwIfAborted } from '../model/engine-error.ts';
import type { Capability, LanguageModel } from '../model/language-model.ts';
import { answersTo, optionsForm } from '../prompt/answers.ts';
import { checkOptionTexts, checkVerbalizer, type Verbalizer, verbalizer } from '../prompt/verbalizer.ts';
import { type Embedder, embedderNotices, embedProblem, usesEmbedder } from './embedder.ts';
import { answererOf, calibratorOf, choosesDemos, ruminationOf, selectorOf } from './methods.ts';
import { ONE_MODEL } from './models.ts';
import type { RunNotice } from './record.ts';
import { abilityProblem, armProblem, sizeProblem } from './rules.ts';
import type { Arm, RunSpec } from './spec.ts';

/** Everything about a run that is settled before its first cell. */
export interface Setting {
  readonly spec: RunSpec;
  readonly dataset: Dataset;
  readonly template: Template;
  readonly knowledge: Knowledge;
  readonly model: LanguageModel;
  readonly embedder: Embedder | undefined;
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
  /** Told what is being done, for a progress line. */
  readonly onPhase: (text: string) => void;
  /** Makes a value once for a key, for the whole run. */
  readonly remember: <T>(key: unknown, make: () => T) => T;
}

export interface SettingInput {
  readonly spec: RunSpec;
  readonly dataset: Dataset;
  readonly knowledge: Knowledge;
  readonly model: LanguageModel;
  /** Needed where an arm compares texts by it. */
  readonly embedder?: Embedder | undefined;
  readonly signal?: AbortSignal;
  readonly onPhase?: (text: string) => void;
}

/** Checks data, labels and capabilities, and takes leaks out of the pool. Every refusal says what to do. */
export async function prepareSetting({
  spec,
  dataset,
  knowledge,
  model,
  embedder,
  signal,
  onPhase = () => {},
}: SettingInput): Promise<Setting> {
  throwIfAborted(signal);
  if (spec.arms.some((arm) => arm.model !== undefined)) throw specError(ONE_MODEL);
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
  const template = inFrame(spec.template ?? dataset.template, spec, model);
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
  const form = optionsForm(dataset, template);
  for (const arm of spec.arms) {
    checkNeeds(arm, form, model, embedder, knowledge);
    const few = sizeProblem(arm, dataset.labels.length, queries.length);
    if (few !== null) throw dataError(`The arm "${arm.name}" cannot be run. ${few}`);
  }
  if (embedder !== undefined && usesEmbedder(spec))
    notices.push(...(await embedderNotices(spec, embedder, [...pool, ...queries], signal)));
  const skew = labelSkew(queries);
  if (skew > SKEWED && spec.arms.some((arm) => calibratorOf(arm).assumesEvenLabels)) {
    note(
      'skew',
      `The commonest label of the queries is ${skew.toFixed(1)} times as frequent as the rarest, and batch calibration takes such a difference for bias of the model.`,
    );
  }
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
    embedder,
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
    onPhase,
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

/** The template in the chat frame of the model, where the experiment asks for it. */
function inFrame(template: Template, spec: RunSpec, { chat, identity }: LanguageModel): Template {
  if (spec.model.prompt !== 'chat') return template;
  if (chat === undefined) {
    throw specError(
      `${identity.id} has no chat template, so the prompt cannot stand in one. Leave the prompt as it is, or choose a model that was trained to chat.`,
    );
  }
  const inOneCall = spec.arms.find((arm) => arm.ruminate.type === 'one-call');
  if (inOneCall !== undefined) {
    throw specError(
      `The arm "${inOneCall.name}" writes and answers in one text, and a chat parts the two by turns. Choose a rumination in two calls, or leave the prompt as it is.`,
    );
  }
  return { ...template, frame: { before: chat.before, after: chat.after } };
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
  const wanted = spec.arms.find((arm) => arm.shots > 0 && !answererOf(arm).ignores.includes('shots'));
  if (wanted !== undefined && pool.length === 0) {
    throw dataError(
      `The demo pool is empty, but the arm "${wanted.name}" asks for ${wanted.shots} demos. Give a pool or set its shots to 0.`,
    );
  }
}

/** From here on the labels of the queries are said to be skewed. */
const SKEWED = 1.5;

/** How many times as frequent the commonest label is as the rarest. */
function labelSkew(queries: readonly Example[]): number {
  const counts = new Map<string, number>();
  for (const { label } of queries) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Math.max(...counts.values()) / Math.min(...counts.values());
}

function checkNeeds(
  arm: Arm,
  form: OptionsForm | null,
  model: LanguageModel,
  embedder: Embedder | undefined,
  knowledge: Knowledge,
): void {
  const problem = armProblem(arm, form);
  if (problem !== null) throw specError(`The arm "${arm.name}" cannot be run. ${problem}`);
  const knows = knowledge.triples.length > 0;
  const chooses = choosesDemos(arm);
  if (!knows && ((chooses && selectorOf(arm).needsKnowledge) || calibratorOf(arm).needsKnowledge)) {
    throw specError(`The arm "${arm.name}" needs a knowledge base, and this one holds no facts. Choose other methods.`);
  }
  const need = (capability: Capability, what: string, wayOut: string) => {
    if (model.capabilities.has(capability)) return;
    throw specError(`${model.identity.id} cannot ${what}, which the arm "${arm.name}" needs. ${wayOut}`);
  };
  const { asks } = answererOf(arm);
  if (asks) need('logprobs', 'give the log-probabilities of label words', 'Choose another model.');
  if (asks && isEntropyOrder(arm.order)) need('generate', 'write text', 'Choose another order, or another model.');
  const rumination = ruminationOf(arm);
  if (!knows && rumination.needsKnowledge) {
    throw specError(
      `"${rumination.title}" in the arm "${arm.name}" needs a knowledge base, and this one holds no facts. Choose another rumination.`,
    );
  }
  const unable = abilityProblem(arm, model) ?? embedProblem(arm, model, embedder);
  if (unable !== null) throw specError(`The arm "${arm.name}" cannot be run. ${unable}`);
}
