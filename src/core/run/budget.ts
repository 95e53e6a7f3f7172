import type { Dataset, Example } from '../data/example.ts';
import { isEntropyOrder } from '../demos/order.ts';
import { answersTo, optionsForm } from '../prompt/answers.ts';
import { inputLines } from '../prompt/render.ts';
import { PREFIX_BATCH } from '../tuning/start.ts';
import { answererOf, calibratorOf, demosPerQuery, scoresText } from './methods.ts';
import type { Arm, RunSpec } from './spec.ts';

/** What an arm asks of a model in all its trials, before anything is run: figures to plan with, not to report. */
export interface ArmBudget {
  readonly armId: string;
  /** Prompts to score; one that several queries share, such as a prior's, counts once. */
  readonly prompts: number;
  /** Texts that the model writes. */
  readonly texts: number;
  /** Tokens to compute where prompts share their beginnings. */
  readonly tokens: number;
}

/** Mean lengths of a set, in tokens. */
interface Lengths {
  readonly instruction: number;
  readonly demo: number;
  readonly query: number;
  /** All answers of a query after their first tokens. */
  readonly answers: number;
  readonly answer: number;
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;

/** How many items of a split the means are taken over. */
const SAMPLE = 100;

function lengthsOf(dataset: Dataset, spec: RunSpec, count: (text: string) => number): Lengths {
  const template = spec.template ?? dataset.template;
  const task = { labels: dataset.labels, template };
  const label = count(template.labelName) + 1;
  const shown = (example: Example) => count(inputLines(template, example)) + label;
  const words = dataset.evalSet
    .slice(0, SAMPLE)
    .map((query) => answersTo(task, query).map(({ words: own }) => count(own[0] ?? '')));
  const answer = mean(words.map(mean));
  return {
    instruction: count(template.instruction),
    demo: mean(dataset.demoPool.slice(0, SAMPLE).map(shown)) + answer + 1,
    query: mean(dataset.evalSet.slice(0, SAMPLE).map(shown)),
    answers: mean(words.map((own) => own.reduce((sum, n) => sum + Math.max(0, n - 1), 0))),
    answer,
  };
}

/** Orders that entropy probing tries, and texts it writes. */
const ORDERS_TRIED = 24;
const PROBE_TOKENS = 40;
/** A sentence of the knowledge base. */
const SENTENCE = 9;

/** Prompts of one prior, and the tokens of each after the context it shares with the cell's own prompt. */
function priorPrompts(arm: Arm, { query }: Lengths): { prompts: number; tokens: number; withDemos: boolean } {
  const { calibrate } = arm;
  switch (calibrate.type) {
    case 'cc':
      return { prompts: 3, tokens: 4, withDemos: true };
    case 'dc':
      return { prompts: calibrate.strings, tokens: query, withDemos: true };
    case 'pmi':
      return { prompts: 1, tokens: 2, withDemos: false };
    case 'kpc':
      return { prompts: calibrate.sentences, tokens: SENTENCE, withDemos: calibrate.withDemos };
    default:
      return { prompts: 0, tokens: 0, withDemos: false };
  }
}

function armBudget(arm: Arm, spec: RunSpec, dataset: Dataset, lengths: Lengths): ArmBudget {
  const answerer = answererOf(arm);
  const none = { armId: arm.id, prompts: 0, texts: 0, tokens: 0 };
  if (!answerer.asks) return none;
  const reference = calibratorOf(arm).reference?.(arm.calibrate as never);
  const heldOut = typeof reference === 'object' ? Math.min(reference.heldOut, dataset.demoPool.length) : 0;
  const asked = Math.min(spec.limit ?? dataset.evalSet.length, dataset.evalSet.length);
  const queries = asked + heldOut;
  const perQuery = demosPerQuery(arm);
  const sets = arm.select.type === 'mdl' ? arm.select.sets : 1;
  const shots = Math.min(arm.shots, dataset.demoPool.length);
  /** Prompts that an answer takes, one for each demo alone or one for all of them. */
  const apart = arm.answer.type === 'channel-ensemble' ? Math.max(1, shots) : 1;
  const context = apart * lengths.instruction + shots * lengths.demo;
  const contexts = perQuery ? queries * sets : 1;

  const ruminates = arm.ruminate.type !== 'none';
  const written = 'tokens' in arm.ruminate ? Number(arm.ruminate.tokens) : 0;
  const own = lengths.query + (ruminates ? written : 0);
  // The channel scores the whole text after each label, so that nothing but the demos is shared.
  const labels = dataset.labels.length;
  const turned = scoresText(answerer);
  const single = turned ? apart * labels * (own + lengths.answer) : own + lengths.answers;
  let prompts = queries * sets * (turned ? apart * labels : 1);
  let tokens = contexts * context + queries * sets * single;
  let texts = 0;
  if (written > 0) {
    texts += queries;
    tokens += queries * (lengths.query + written);
  }

  if (arm.select.type === 'vote-k-full' && shots > 1) {
    const read = Math.min(arm.select.asked, dataset.demoPool.length - 1);
    prompts += read;
    tokens += arm.select.first * shots * lengths.demo + read * (lengths.query + lengths.answers);
  }

  if (arm.tune?.type === 'prefix') {
    const { items, steps } = arm.tune;
    const batch = Math.min(PREFIX_BATCH, items);
    const shared = perQuery ? batch * context : context;
    prompts += steps * batch;
    tokens += steps * (shared + batch * (lengths.query + lengths.answers));
  }

  const prior = priorPrompts(arm, lengths);
  const cloze = optionsForm(dataset, spec.template ?? dataset.template) === 'cloze';
  const priors = prior.withDemos && perQuery ? queries : 1;
  prompts += prior.prompts * priors;
  tokens +=
    prior.prompts * (priors * prior.tokens + (cloze && arm.calibrate.type !== 'kpc' ? queries * lengths.answers : 0));

  if (isEntropyOrder(arm.order)) {
    const tried = ORDERS_TRIED;
    texts += tried;
    prompts += tried * tried;
    tokens += tried * (context + PROBE_TOKENS) + tried * tried * lengths.query;
  }
  return {
    armId: arm.id,
    prompts: prompts * spec.trials,
    texts: texts * spec.trials,
    tokens: Math.round(tokens * spec.trials),
  };
}

/**
 * What a run will ask, arm by arm; what arms share is counted for each of them, and a rumination that writes several texts
 * as if it wrote one.
 * @param count tokens of a text; about is enough.
 */
export function budgetOf(spec: RunSpec, dataset: Dataset, count: (text: string) => number = aboutTokens): ArmBudget[] {
  const lengths = lengthsOf(dataset, spec, count);
  return spec.arms.map((arm) => armBudget(arm, spec, dataset, lengths));
}

/** English text has about four characters a token. */
export const aboutTokens = (text: string): number => Math.ceil(text.length / 4);
