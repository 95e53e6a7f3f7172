import { number } from '../options.ts';
import { defineCalibrator } from './calibrator.ts';

export const labelFrequency = defineCalibrator({
  type: 'label-frequency',
  title: 'Label frequency',
  summary: 'Divides by how often each label stands among the demos: repairs a majority among them, and nothing else.',
  source: 'ours; METHODS 4 (label shift)',
  evidence: 'ours',
  transductive: false,
  needsSharedLabels: true,
  needsKnowledge: false,
  fields: {
    strength: number('Strength', '0: nothing. 1: the full frequency.', { min: 0, max: 2, step: 0.1, default: 1 }),
  },
  plan: ({ demoLabels, labels }, { strength }) => ({
    prompts: [],
    combine: () => {
      const count = (id: string) => demoLabels.filter((label) => label === id).length;
      const prior = labels.map(({ id }) => (count(id) + 1) / (demoLabels.length + labels.length));
      return { prior, correction: prior.map((p) => -strength * Math.log(p)) };
    },
  }),
});
