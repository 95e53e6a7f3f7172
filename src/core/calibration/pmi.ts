import { defineCalibrator } from './calibrator.ts';
import { divideBy, exponentials, logMean } from './logspace.ts';

export const pmi = defineCalibrator({
  type: 'pmi',
  title: 'Domain-conditional PMI',
  summary: 'Divides by how likely each label word is after the label name alone, without demos and without a query.',
  source: 'Holtzman et al. 2021; METHODS 4',
  evidence: 'verified',
  transductive: false,
  needsKnowledge: false,
  fields: {},
  plan: ({ cue }) => ({
    prompts: [cue],
    combine: (logprobs) => {
      const logPrior = logMean(logprobs);
      return { prior: exponentials(logPrior), correction: divideBy(logPrior) };
    },
  }),
});
