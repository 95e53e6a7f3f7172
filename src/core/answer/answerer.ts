import type { Example, Label, Template } from '../data/example.ts';
import type { Selected } from '../demos/selector.ts';
import type { ScoreRequest, ScoreResult } from '../model/language-model.ts';
import type { Fields, OptionsOf, PluginInfo } from '../options.ts';
import type { Segment, Shown } from '../prompt/render.ts';
import type { Score, Verbalizer } from '../prompt/verbalizer.ts';

export interface AskContext {
  readonly template: Template;
  readonly query: Shown;
  /** What can be answered, in words. */
  readonly words: Verbalizer;
  /** Stands before the answer. */
  readonly thought?: string;
  readonly score: Score;
}

export interface PromptDemo {
  readonly example: Example;
  readonly word: string;
  /** Stands before its label's line. */
  readonly thought?: string;
}

export interface TallyContext {
  readonly labels: readonly Pick<Label, 'id'>[];
  /** The most relevant first. */
  readonly demos: readonly Selected[];
  readonly pool: readonly Example[];
}

/** Parts of an arm that are senseless with a way of answering. */
export type ArmPart = 'select' | 'shots' | 'order' | 'ruminate' | 'tune' | 'calibrate' | 'score';

interface Common<F extends Fields> extends PluginInfo<F> {
  readonly ignores: readonly ArmPart[];
}

/** Has the model score texts. Arrays over labels are in the order of `words.labels`. */
export interface AskingAnswerer<F extends Fields = Fields> extends Common<F> {
  readonly asks: true;
  /** Whether a word is scored after the shown prompt, so that there must be room for it. */
  readonly wordFollows: boolean;
  /**
   * The prompt that is shown and fitted.
   * @param demos in the order of the prompt.
   * @param answer index of the label it is shown for, where it holds one.
   */
  readonly segments: (context: AskContext, demos: readonly PromptDemo[], answer: number) => Segment[];
  readonly requests: (context: AskContext, demos: readonly PromptDemo[]) => ScoreRequest[];
  /** Natural logs, one a label. */
  readonly logprobs: (context: AskContext, results: readonly ScoreResult[]) => number[];
}

/** Answers without a model. */
export interface TallyingAnswerer<F extends Fields = Fields> extends Common<F> {
  readonly asks: false;
  /** Shares of the labels, and the index of the answer; `null` where there is nothing to count. */
  readonly tally: (
    context: TallyContext,
    options: OptionsOf<F>,
  ) => { readonly shares: readonly number[]; readonly answer: number } | null;
}

export type Answerer<F extends Fields = Fields> = AskingAnswerer<F> | TallyingAnswerer<F>;
