import { defineCalibrator } from './calibrator.ts';

export const none = defineCalibrator({
  type: 'none',
  title: 'None',
  summary: 'The label distribution as the model gives it.',
  source: 'METHODS 0.5',
  evidence: 'verified',
  transductive: false,
  needsKnowledge: false,
  fields: {},
  plan: () => null,
});
