import { defineRumination, together } from './rumination.ts';

export const none = defineRumination({
  type: 'none',
  title: 'None',
  summary: 'The model answers at once.',
  source: 'METHODS 2',
  evidence: 'verified',
  kind: 'none',
  needs: [],
  needsKnowledge: false,
  fields: {},
  plan: async () => together([]),
});
