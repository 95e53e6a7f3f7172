import { type Confidence, equalMassBins, equalWidthBins, expectedCalibrationError } from './calibration-error.ts';
import { macroF1 } from './classification.ts';
import { brier, type Judged, negativeLogLikelihood } from './scoring-rules.ts';

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

const isScored = ({ predicted }: Answer): boolean => predicted >= 0;

export const isCorrect = ({ gold, predicted }: Answer): boolean => predicted === gold;

/** The probability of the answer given, for scored answers only. */
export const confidences = (answers: readonly Answer[]): Confidence[] =>
  answers.filter(isScored).map((answer) => ({
    confidence: answer.distribution[answer.predicted] ?? 0,
    correct: isCorrect(answer),
  }));

export interface Figures {
  readonly accuracy: number;
  readonly macroF1: number;
  readonly ece: number;
  readonly eceMass: number;
  readonly brier: number;
  readonly nll: number;
}

/** Accuracy and macro-F1 count unscored answers as wrong; the others leave them out. All 0 without answers. */
export function figuresOf(answers: readonly Answer[], labels: number): Figures {
  const sure = confidences(answers);
  const judged: Judged[] = answers.filter(isScored);
  return {
    accuracy: answers.length === 0 ? 0 : answers.filter(isCorrect).length / answers.length,
    macroF1: macroF1(
      answers.map((a) => a.gold),
      answers.map((a) => a.predicted),
      labels,
    ).value,
    ece: expectedCalibrationError(equalWidthBins(sure, ECE_BINS)),
    eceMass: expectedCalibrationError(equalMassBins(sure, ECE_BINS)),
    brier: brier(judged),
    nll: negativeLogLikelihood(judged),
  };
}
