import type { LearnRecord } from '../tuning/tuner.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A paired comparison with the first arm on the queries that both have answered (METHODS 7). */
export interface PairedTest {
  /** Queries that both arms have answered. */
  readonly n: number;
  /** Accuracy of this arm minus that of the first; with several trials the mean over them. */
  readonly difference: number;
  /** 95 %, paired bootstrap over queries and trials; `null` while the run goes on. */
  readonly interval: Interval | null;
  /** Right here, wrong in the first arm. Several trials of a query count once, by their majority. */
  readonly gained: number;
  /** Wrong here, right in the first arm. */
  readonly lost: number;
  /** Exact two-sided McNemar. */
  readonly p: number;
  readonly midP: number;
  /** Named in the experiment as the comparison it is about: tested alone, not corrected. */
  readonly primary: boolean;
  /** `p` after Holm over the comparisons of its family. */
  readonly adjustedP: number;
  /** Comparisons in its family: 1 for the primary one, else all others. */
  readonly family: number;
  /** Cohen's kappa of the answers; `null` where both arms always give one and the same. */
  readonly kappa: number | null;
  /** Share of the answers that differ. */
  readonly flipRate: number;
  /**
   * The smallest difference that a test would find in four of five such runs, from the discordant rate seen here; `null`
   * where no difference could be found.
   */
  readonly detectable: number | null;
}

/** 95 % bootstrap intervals over queries and trials. */
export interface BootstrapIntervals {
  readonly macroF1: Interval | null;
  readonly ece: Interval | null;
  readonly eceMass: Interval | null;
  readonly brier: Interval | null;
  readonly nll: Interval | null;
}

export interface ArmSummary {
  readonly armId: string;
  /** Queries answered so far, over all trials. */
  readonly n: number;
  readonly correct: number;
  readonly unscored: number;
  readonly accuracy: number;
  /** 95 %, Wilson over queries: with several trials a query counts once, by its share of right answers. */
  readonly interval: Interval;
  readonly macroF1: number;
  /** Labels that are gold for no answered query. */
  readonly absentLabels: readonly string[];
  /** Expected calibration error over bins of equal width; of scored answers, as the three below. */
  readonly ece: number;
  /** The same over bins of equal count. */
  readonly eceMass: number;
  /** Brier score, summed over the labels. */
  readonly brier: number;
  /** Mean negative log-probability of the right label, in nats. */
  readonly nll: number;
  /** `null` while the run goes on. */
  readonly intervals: BootstrapIntervals | null;
  /** counts[gold][predicted], in the label set's order. */
  readonly confusion: readonly (readonly number[])[];
  readonly mcnemar: PairedTest | null;
  /** What was learned for the arm before its first answer, tokens of all trials together; only where anything was. */
  readonly learned?: LearnRecord;
}
