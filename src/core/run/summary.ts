export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A paired comparison with the first arm on the same queries (METHODS 7). */
export interface PairedTest {
  /** Accuracy of this arm minus that of the first. */
  readonly difference: number;
  /** Right here, wrong in the first arm. */
  readonly gained: number;
  /** Wrong here, right in the first arm. */
  readonly lost: number;
  /** Exact two-sided McNemar. */
  readonly p: number;
  readonly midP: number;
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
  readonly ece: number;
  /** counts[gold][predicted], in the label set's order. */
  readonly confusion: readonly (readonly number[])[];
  readonly mcnemar: PairedTest | null;
}
