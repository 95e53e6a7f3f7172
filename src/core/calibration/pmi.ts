import { defineCalibrator } from './calibrator.ts';
import { meanProbabilities } from './logspace.ts';

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
      const prior = meanProbabilities(logprobs);
      return { prior, correction: prior.map((p) => -Math.log(p)) };
    },
  }),
});
