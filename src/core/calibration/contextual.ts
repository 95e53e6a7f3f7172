import { defineCalibrator } from './calibrator.ts';
import { divideBy, exponentials, logMean, logNormalised } from './logspace.ts';

/** The content-free inputs of Zhao et al. 2021. */
export const CONTENT_FREE = ['N/A', '', '[MASK]'] as const;

export const cc = defineCalibrator({
  type: 'cc',
  title: 'Contextual calibration (CC)',
  summary: 'Divides by what the same prompt answers when the query has no content: N/A, nothing, [MASK].',
  source: 'Zhao et al. 2021; METHODS 4',
  evidence: 'verified',
  transductive: false,
  needsKnowledge: false,
  fields: {},
  plan: ({ promptWith }) => ({
    prompts: CONTENT_FREE.map(promptWith),
    combine: (logprobs) => {
      const logPrior = logNormalised(logMean(logprobs));
      return { prior: exponentials(logPrior), correction: divideBy(logPrior) };
    },
  }),
});
