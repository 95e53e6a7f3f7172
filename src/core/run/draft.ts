import type { AskContext, AskingAnswerer } from '../answer/answerer.ts';
import type { PriorPlan } from '../calibration/calibrator.ts';
import type { Selected } from '../demos/selector.ts';
import type { ScoreRequest } from '../model/language-model.ts';
import { type FittedPrompt, fitPrompt } from '../prompt/fit.ts';
import { promptText, renderSegments } from '../prompt/render.ts';
import { shuffled } from '../random/stream.ts';
import type { Ask, Review } from '../rumination/rumination.ts';
import type { Tuned } from '../tuning/tuner.ts';
import { type Cell, trialStream, type Work } from './cell.ts';
import { answererOf, calibratorOf } from './methods.ts';
import type { Reviewed } from './reviews.ts';
import type { MaybeInjected } from './scorer.ts';
import type { Setting } from './setting.ts';

export type Demo = Selected & { readonly word: string; readonly thought?: string };

/** Puts ranked demos into the order of the prompt. */
export type Arrange = (ranked: readonly Demo[]) => readonly Demo[];

/** One of the prompts whose answers become that of the cell. */
export interface DraftedAsk {
  readonly ask: Ask;
  readonly context: AskContext;
  readonly requests: readonly ScoreRequest[];
}

/** All that is known of a cell before the model is asked. */
export interface Draft {
  readonly cell: Cell;
  readonly reviewed: Reviewed;
  /** What the model is changed by, for the answer and its prior. */
  readonly tuned: Tuned | null;
  readonly answerer: AskingAnswerer<never>;
  /** That of the first ask, whose prompt is shown. */
  readonly context: AskContext;
  /** `null` where even the query alone does not fit. */
  readonly fitted: FittedPrompt<Demo> | null;
  readonly asks: readonly DraftedAsk[];
  /** Those of all asks, in their order. */
  readonly requests: readonly MaybeInjected[];
  readonly plan: PriorPlan | null;
}

export const withWords = (
  { answersOf }: Setting,
  chosen: readonly Selected[],
  thoughts: ReadonlyMap<string, string> = new Map(),
): Demo[] =>
  chosen.map((demo) => {
    const thought = thoughts.get(demo.example.id);
    const word = demo.unlabelled === true ? '' : answersOf(demo.example).wordOf(demo.example.label);
    return { ...demo, word, ...(thought === undefined ? {} : { thought }) };
  });

export async function draftCell(
  { setting, scorer }: Work,
  cell: Cell,
  reviewed: Reviewed,
  chosen: readonly Selected[],
  arrange: Arrange,
  tuned: Tuned | null = null,
): Promise<Draft> {
  const { arm, query, trial } = cell;
  const { review } = reviewed;
  const answerer = answererOf(arm) as AskingAnswerer<never>;
  const asks = review === 'too-long' ? [] : review.asks;
  const contexts = asks.map((ask) => contextOf(setting, cell, review as Review, ask));
  const context = contexts[0] ?? contextOf(setting, cell, { pieces: [] }, { pieces: [] });
  const none: Draft = { cell, reviewed, tuned, answerer, context, fitted: null, asks: [], requests: [], plan: null };
  if (review === 'too-long') return none;
  const inOrder = (kept: readonly Demo[], { order }: Ask): readonly Demo[] =>
    order === 0 ? kept : shuffled(kept, trialStream(setting, trial, 'ruminate/order', query.id, order));
  const askAll = (kept: readonly Demo[]): DraftedAsk[] =>
    asks.map((ask, i) => {
      const own = contexts[i] as AskContext;
      return { ask, context: own, requests: answerer.requests(own, inOrder(kept, ask)) };
    });
  const places = softTokens(review, setting) + (tuned?.record.places ?? 0);
  const room = setting.model.contextLength - places - (answerer.wordFollows ? setting.longestWord : 0);
  const fitted = await fitPrompt(withWords(setting, chosen, review.demoThoughts), {
    render: (demos) => answerer.segments(context, demos, 0),
    arrange,
    room,
    count: (texts) => scorer.count(texts),
    companions: (kept) => [
      ...askAll(kept)
        .slice(answerer.wordFollows ? 1 : 0)
        .flatMap(({ requests }) =>
          requests.map(({ prompt, continuations }) => (answerer.wordFollows ? prompt : prompt + continuations[0])),
        ),
      ...(priorPlan(setting, cell, kept)?.prompts ?? []),
    ],
  });
  if (fitted === null) return none;
  const drafted = askAll(fitted.kept);
  const injection = tuned === null ? review.injection : { ...review.injection, prefix: tuned.prefix };
  return {
    ...none,
    fitted,
    asks: drafted,
    requests: drafted.flatMap(({ requests }) =>
      requests.map((request) => (injection === undefined ? request : { ...request, injection })),
    ),
    plan: priorPlan(setting, cell, fitted.kept),
  };
}

/** Places in the context that an injection takes. */
const softTokens = ({ injection }: Review, { model }: Setting): number =>
  (injection?.soft?.length ?? 0) / (model.latent?.shape.hidden ?? 1);

function contextOf(
  { template, answersOf }: Setting,
  { arm, query }: Cell,
  { pieces }: Pick<Review, 'pieces'>,
  ask: Pick<Ask, 'pieces'>,
): AskContext {
  const thought = ask.pieces.map((at) => pieces[at]?.text ?? '').join(' ');
  return { template, query, words: answersOf(query), ...(thought === '' ? {} : { thought }), score: arm.score };
}

function priorPlan(setting: Setting, { arm, query, trial }: Cell, demos: readonly Demo[]): PriorPlan | null {
  const { template } = setting;
  const texts = (text: string) => ({
    text,
    ...(query.text2 === undefined ? {} : { text2: text }),
    ...(query.options === undefined ? {} : { options: query.options.map(() => text) }),
  });
  const context = renderSegments({ template, demos, query }).filter((s) => s.role !== 'query' && s.role !== 'cue');
  return calibratorOf(arm).plan(
    {
      knowledge: setting.knowledge,
      promptWith: (text) => promptText(renderSegments({ template, demos, query: texts(text) })),
      demoContext: promptText(context),
      cue: `${template.labelName}:`,
      labels: setting.answersOf(query).labels,
      ownOptions: setting.options === 'cloze',
      demoLabels: demos.map((demo) => demo.example.label),
      queryTexts: setting.queryTexts,
      once: (make) => setting.remember([arm.calibrate, trial], make),
      random: (...name) => trialStream(setting, trial, ...name),
    },
    arm.calibrate as never,
  );
}
