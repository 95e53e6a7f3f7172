import { defineRumination } from './rumination.ts';

export const none = defineRumination({
  type: 'none',
  title: 'None',
  summary: 'The model answers at once.',
  source: 'METHODS 2',
  evidence: 'verified',
  fields: {},
  plan: () => null,
});
