import { type Confidence, equalWidthBins, expectedCalibrationError, massBins } from './calibration-error.ts';
import { macroF1 } from './classification.ts';
import { brierLoss, logLoss } from './scoring-rules.ts';

export const ECE_BINS = 10;

/** One answer, reduced to what figures are computed from. */
export interface Answer {
  /** Index of the right label. */
  readonly gold: number;
  /** Index of the answer; -1 where it is unscored. */
  readonly predicted: number;
  /** Over the labels, after calibration; empty where it is unscored. */
  readonly distribution: readonly number[];
}

export const isCorrect = ({ gold, predicted }: Answer): boolean => predicted >= 0 && predicted === gold;

const isScored = ({ predicted }: Answer): boolean => predicted >= 0;

const confidenceOf = (answer: Answer): Confidence => ({
  confidence: answer.distribution[answer.predicted] ?? 0,
  correct: isCorrect(answer),
});

/** The probability of the answer given, for scored answers only. */
export const confidences = (answers: readonly Answer[]): Confidence[] => answers.filter(isScored).map(confidenceOf);

export interface Figures {
  readonly accuracy: number;
  readonly macroF1: number;
  readonly ece: number;
  readonly eceMass: number;
  readonly brier: number;
  readonly nll: number;
}

/** Accuracy and macro-F1 count unscored answers as wrong; the others leave them out. All 0 without answers. */
export const figuresOf = (answers: readonly Answer[], labels: number): Figures =>
  figuresFor(answers, labels)(new Int32Array(answers.length).fill(1));

/**
 * Figures of many resamples of the same answers: everything that no resample changes is done once.
 * @returns the figures where each answer counts as often as `counts` says. Shape: [answers].
 */
export function figuresFor(answers: readonly Answer[], labels: number): (counts: Int32Array) => Figures {
  const gold = answers.map((a) => a.gold);
  const predicted = answers.map((a) => a.predicted);
  const order = answers
    .flatMap((answer, index) => (isScored(answer) ? [{ index, ...confidenceOf(answer) }] : []))
    .sort((a, b) => a.confidence - b.confidence);
  const scored = order.map(({ index }) => answers[index] as Answer);
  const brierLosses = scored.map(brierLoss);
  const logLosses = scored.map(logLoss);
  const right = answers.map((answer) => (isCorrect(answer) ? 1 : 0));
  const scoredCounts = new Int32Array(order.length);
  return (counts) => {
    order.forEach(({ index }, i) => {
      scoredCounts[i] = counts[index] as number;
    });
    return {
      accuracy: mean(right, counts),
      macroF1: macroF1(gold, predicted, labels, counts).value,
      ece: expectedCalibrationError(equalWidthBins(order, ECE_BINS, scoredCounts)),
      eceMass: expectedCalibrationError(massBins(order, ECE_BINS, scoredCounts)),
      brier: mean(brierLosses, scoredCounts),
      nll: mean(logLosses, scoredCounts),
    };
  };
}

function mean(values: readonly number[], counts: Int32Array): number {
  let sum = 0;
  let n = 0;
  for (let i = 0; i < values.length; i++) {
    sum += (values[i] as number) * (counts[i] as number);
    n += counts[i] as number;
  }
  return n === 0 ? 0 : sum / n;
}
