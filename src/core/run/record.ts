import type { Label } from '../data/example.ts';
import type { Why } from '../demos/selector.ts';
import type { ModelIdentity, SelfTestCheck, TokenUsage } from '../model/language-model.ts';
import type { Segment } from '../prompt/render.ts';
import type { Combine } from '../rumination/combine.ts';
import type { Ask, Learned, Piece } from '../rumination/rumination.ts';
import type { TuneRecord } from '../tuning/tuner.ts';
import type { RunSpec } from './spec.ts';
import type { ArmSummary } from './summary.ts';

export type Prediction =
  | { readonly kind: 'label'; readonly label: string; readonly probability: number }
  | { readonly kind: 'unscored'; readonly reason: string };

/** The full evidence of one answer: one arm, one query, one trial. Arrays over labels are in the label set's order. */
export interface CellRecord {
  /** Content hash: the same inputs give the same key in any tab and in the terminal. */
  readonly key: string;
  readonly armId: string;
  readonly trial: number;
  readonly queryId: string;
  readonly gold: string;
  /** In the order of the prompt. */
  readonly demos: readonly { readonly id: string; readonly label: string; readonly why: Why }[];
  /** Demos that were chosen and did not fit the context, farthest first. */
  readonly dropped: readonly string[];
  readonly shotsRequested: number;
  readonly segments: readonly Segment[];
  readonly promptTokens: number;
  readonly thought: { readonly text: string; readonly generated: string | null; readonly tokens: number } | null;
  /**
   * Natural logs, over the full vocabulary; several words of a label are summed as probabilities. Of a question with
   * options one for each of them, in their order. Empty where no model was asked.
   */
  readonly labelLogprobs: readonly number[];
  /** Softmax of the label log-probabilities. */
  readonly distribution: readonly number[];
  readonly prior: readonly number[] | null;
  /** What log-probabilities were divided by, where the calibration is one of temperature. */
  readonly temperature?: number;
  /** After calibration; equal to `distribution` without it. */
  readonly calibrated: readonly number[];
  readonly prediction: Prediction;
  /** What was recalled, and how the answers with it became one; only where a rumination was asked for. */
  readonly review?: ReviewRecord;
  /** What the model was changed by; only where a tuning was asked for. */
  readonly tuned?: TuneRecord;
}

export interface ReviewRecord {
  readonly pieces: readonly Piece[];
  /** The prompts, each with its own answer before they were combined. */
  readonly asks: readonly (Ask & { readonly promptTokens: number; readonly labelLogprobs: readonly number[] })[];
  readonly combine: Combine;
  /** Tokens that the model read before the answer's own prompts, to write on from or to take its states, and wrote. */
  readonly read: number;
  readonly written: number;
  /** From 0, where rows were added to a feed-forward. */
  readonly injectedLayer: number | null;
  readonly learned?: Learned;
}

export interface RunNotice {
  readonly code: string;
  /** A sentence for the user. */
  readonly text: string;
}

export interface RunRecord {
  readonly version: 1;
  readonly spec: RunSpec;
  readonly model: ModelIdentity;
  readonly selfTest: readonly SelfTestCheck[];
  /** Every model with the ids of its arms, where arms named models of their own; `model` is then the first. */
  readonly models?: readonly {
    readonly model: ModelIdentity;
    readonly selfTest: readonly SelfTestCheck[];
    readonly arms: readonly string[];
  }[];
  /** What compared texts, where an arm's embedding is `sentence`. */
  readonly embedder?: ModelIdentity;
  readonly data: {
    readonly id: string;
    readonly title: string;
    readonly digest: string;
    readonly labels: readonly Label[];
    readonly poolSize: number;
    readonly queries: number;
  };
  readonly knowledgeDigest: string;
  readonly startedAt: string;
  readonly wallSeconds: number;
  readonly usage: TokenUsage;
  readonly reusedCells: number;
  readonly notices: readonly RunNotice[];
  readonly cells: readonly CellRecord[];
  readonly summary: readonly ArmSummary[];
}
