import type { Capability } from '../model/language-model.ts';
import type {
  LatentShape,
  PrefixGradient,
  PrefixGradientRequest,
  PrefixStates,
  SolvedExample,
} from '../model/latent.ts';
import type { Fields, OptionsOf, PluginInfo } from '../options.ts';
import type { Stream } from '../random/stream.ts';

/** What an arm's model is changed by for all of its answers, learned or not, before the first query is asked. */
export interface Tuned {
  readonly prefix: PrefixStates;
  readonly record: TuneRecord;
}

/** What a tuning came to; the same for all answers of an arm and trial. */
export interface TuneRecord {
  /** Places of the context that it takes. */
  readonly places: number;
  /** `null` where nothing was learned. */
  readonly learned: LearnRecord | null;
}

export interface LearnRecord {
  /** Items of the pool that it was learned on. */
  readonly items: number;
  readonly steps: number;
  /** Tokens that the model read for it, each forward and back. */
  readonly tokens: number;
  /** Mean loss as met in the first and in the last pass over the items, in nats. */
  readonly firstLoss: number;
  readonly lastLoss: number;
}

export interface TuneContext {
  readonly shape: LatentShape;
  /** A stream of the trial. */
  readonly random: (...name: readonly (string | number)[]) => Stream;
  /**
   * Items of the pool, asked as the arm asks its queries; none of them is one, or stands among the demos of a prompt.
   * @param places of the context to leave free.
   */
  readonly items: (count: number, places: number) => Promise<readonly SolvedExample[]>;
  readonly gradient: (request: PrefixGradientRequest) => Promise<PrefixGradient>;
  /** For a progress line. */
  readonly onPhase: (text: string) => void;
}

export interface Tuner<F extends Fields = Fields> extends PluginInfo<F> {
  readonly needs: readonly Capability[];
  /** Learns on items of the pool. */
  readonly learns: boolean;
  /** `null` where the model stays as it is. */
  readonly tune: ((context: TuneContext, options: OptionsOf<F>) => Promise<Tuned>) | null;
}

export const defineTuner = <const T extends string, F extends Fields>(
  tuner: Tuner<F> & { readonly type: T },
): Tuner<F> & { readonly type: T } => tuner;
