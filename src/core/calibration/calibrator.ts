import type { Label } from '../data/example.ts';
import type { Knowledge } from '../knowledge/types.ts';
import type { Fields, OptionsOf, PluginInfo } from '../options.ts';
import type { Stream } from '../random/stream.ts';

export interface CalibratorContext {
  readonly knowledge: Knowledge;
  /** The cell's own prompt with every text of the query replaced by `text`. */
  readonly promptWith: (text: string) => string;
  /** Instruction and demonstrations of the cell's prompt, ended by a blank line; empty without them. */
  readonly demoContext: string;
  /** The line that asks for the label, alone. */
  readonly cue: string;
  /** What can be answered to the query. */
  readonly labels: readonly Pick<Label, 'id'>[];
  /** The answers are the texts of the query's own options, which no other query shares. */
  readonly ownOptions: boolean;
  /** Labels of the cell's demonstrations. */
  readonly demoLabels: readonly string[];
  /** Texts of all queries; reading them makes a calibrator transductive. */
  readonly queryTexts: readonly string[];
  /** Makes a value once for all cells of this calibration and trial. */
  readonly once: <T>(make: () => T) => T;
  readonly random: (...name: readonly (string | number)[]) => Stream;
}

/** What the same arm answered to other items, without calibration. */
export interface Reference {
  /** Label log-probabilities, one row an item that was scored. Questions can have rows of their own length. */
  readonly logprobs: readonly (readonly number[])[];
  /** Index of the right label of each; only held-out items tell it. */
  readonly gold: readonly number[];
  /** How many of the rows are of queries up to this one. */
  readonly upTo: number;
}

/** No item was scored. */
export const NO_REFERENCE: Reference = { logprobs: [], gold: [], upTo: 0 };

/** Items that an arm answers first: all queries of the run, or so many pool items that are no demos. */
export type ReferenceItems = 'queries' | { readonly heldOut: number };

/** A prior over the labels and what it adds to their log-probabilities. */
export interface Prior {
  /** As estimated, one a label; sums to one only where the method renormalises. `null` where there is none. */
  readonly prior: readonly number[] | null;
  /** Added to each label's log-probability; `-Infinity` rules a label out. */
  readonly correction: readonly number[];
  /** Divides the log-probabilities before the correction; 1 where it is not given. */
  readonly temperature?: number;
}

/** Prompts whose label log-probabilities make the prior. The driver scores them, with all others, in one batch. */
export interface PriorPlan {
  readonly prompts: readonly string[];
  /** The prior is of the first token of each answer, not of the whole of it. */
  readonly firstToken?: boolean;
  /**
   * @param logprobs one row a prompt, one column a label, natural logs, not renormalised.
   * @param own what is to be calibrated, one a label, likewise.
   */
  readonly combine: (logprobs: readonly (readonly number[])[], reference?: Reference, own?: readonly number[]) => Prior;
}

export interface Calibrator<F extends Fields = Fields> extends PluginInfo<F> {
  readonly transductive: boolean;
  readonly needsKnowledge: boolean;
  /** Works on answers to other items, not on prompts of its own. */
  readonly reference?: (options: OptionsOf<F>) => ReferenceItems;
  /** Takes for bias that some labels are right more often than others. */
  readonly assumesEvenLabels?: boolean;
  /** The fewest queries that it can work on, for a number of labels; 1 where it is not given. */
  readonly fewest?: (labels: number) => number;
  /** `null`: no prior, the answer stands as it is. */
  readonly plan: (context: CalibratorContext, options: OptionsOf<F>) => PriorPlan | null;
}

export const defineCalibrator = <const T extends string, F extends Fields>(
  calibrator: Calibrator<F> & { readonly type: T },
): Calibrator<F> & { readonly type: T } => calibrator;
