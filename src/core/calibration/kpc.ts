import { specError } from '../errors.ts';
import { statementCue } from '../knowledge/statements.ts';
import { choice, number, toggle } from '../options.ts';
import { shuffled } from '../random/stream.ts';
import { defineCalibrator } from './calibrator.ts';
import { divideBy, exponentials, logMean, logNormalised } from './logspace.ts';

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};

/** Log of the threshold of step 3. By quantile, tau of the labels lie below it. */
function logThreshold(logPrior: readonly number[], by: 'median' | 'best' | 'absolute' | 'quantile', tau: number) {
  const highest = Math.max(...logPrior);
  switch (by) {
    case 'median':
      return Math.log(tau * median(logPrior.map((p) => Math.exp(p - highest)))) + highest;
    case 'best':
      return Math.log(tau) + highest;
    case 'absolute':
      return Math.log(tau);
    case 'quantile': {
      const sorted = [...logPrior].sort((a, b) => a - b);
      return sorted[Math.min(sorted.length - 1, Math.floor(tau * sorted.length))] as number;
    }
  }
}

/**
 * Steps 3 and 4 of METHODS 1.3: what is added to each log-probability, given the log prior of each label.
 * A label below `logTau` is lifted to it (`floor`) or ruled out (`delete`).
 */
export function knowledgeCorrection(
  logPrior: readonly number[],
  { beta, logTau, below }: { beta: number; logTau: number; below: 'floor' | 'delete' },
): number[] {
  if (below === 'floor')
    return divideBy(
      logPrior.map((p) => Math.max(p, logTau)),
      beta,
    );
  return divideBy(logPrior, beta).map((x, i) => ((logPrior[i] as number) < logTau ? -Infinity : x));
}

export const kpc = defineCalibrator({
  type: 'kpc',
  title: 'Knowledge prior (KPC)',
  summary: 'Divides by how likely each label word is where a sentence of the knowledge base leaves its entity open.',
  source: 'KICT (Wang et al. 2024), 2309.14771; METHODS 1.3',
  evidence: 'recalled',
  transductive: false,
  needsKnowledge: true,
  fields: {
    sentences: number('Sentences', 'How many knowledge-base sentences are drawn for the prior.', {
      min: 10,
      max: 2000,
      step: 10,
      default: 200,
    }),
    beta: number('Beta', '1: divide by the prior, as in the paper. 0: no calibration.', {
      min: 0,
      max: 1,
      step: 0.05,
      default: 1,
    }),
    threshold: choice(
      'Threshold',
      'What tau is measured by.',
      [
        { value: 'median', label: 'share of the median prior (ours)' },
        { value: 'best', label: 'share of the largest prior' },
        { value: 'absolute', label: 'probability (paper)' },
        { value: 'quantile', label: 'share of the labels, rarest first' },
      ],
      'median',
    ),
    tau: number('Tau', 'Threshold below which a prior is lifted or its label dropped.', {
      min: 0,
      max: 2,
      step: 0.05,
      default: 0.1,
    }),
    below: choice(
      'Below tau',
      'The paper drops rare words; with a fixed label set that would drop a class.',
      [
        { value: 'floor', label: 'lift the prior to tau (ours)' },
        { value: 'delete', label: 'drop the label (paper)' },
      ],
      'floor',
    ),
    withDemos: toggle('Demos in front', 'Estimate the prior with the demonstrations in the context.', false),
    renormalise: toggle('Renormalise', 'Scale the prior to sum to one over the labels.', false),
  },
  plan: (
    { knowledge, random, demoContext, once, ownOptions },
    { sentences, beta, tau, threshold, below, withDemos, renormalise },
  ) => {
    const cues = once(() =>
      shuffled(knowledge.triples, random('calibrate/kpc'))
        .slice(0, sentences)
        .flatMap((triple) => statementCue(knowledge, triple) ?? []),
    );
    if (cues.length === 0) {
      throw specError('KPC needs a knowledge base with facts, and this one has none. Choose another calibration.');
    }
    return {
      prompts: cues.map((cue) => (withDemos ? `${demoContext}${cue}` : cue)),
      // For questions the paper's ratio is applied to the first token only (METHODS 1.3).
      firstToken: ownOptions,
      combine: (logprobs) => {
        const raw = logMean(logprobs);
        const logPrior = renormalise ? logNormalised(raw) : raw;
        const logTau = logThreshold(logPrior, threshold, tau);
        return { prior: exponentials(logPrior), correction: knowledgeCorrection(logPrior, { beta, logTau, below }) };
      },
    };
  },
});
