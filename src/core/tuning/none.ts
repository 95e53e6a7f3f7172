import { defineTuner } from './tuner.ts';

export const none = defineTuner({
  type: 'none',
  title: 'None',
  summary: 'The model is asked as it is.',
  source: 'ours',
  evidence: 'ours',
  needs: [],
  learns: false,
  fields: {},
  tune: null,
});
