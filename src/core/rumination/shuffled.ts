import { CUE, pieceOf, recall, writingFields } from './cues.ts';
import { defineRumination, together } from './rumination.ts';

export const shuffled = defineRumination({
  type: 'shuffled',
  title: 'From another text',
  summary:
    'Control: what the model writes about another text of the pool stands before the answer. What stays is the effect of having fluent text there.',
  source: 'METHODS 2.4 A (controls: shuffled rumination)',
  evidence: 'ours',
  kind: 'control',
  needs: ['generate'],
  needsKnowledge: false,
  fields: writingFields,
  plan: async (context, options) => ({
    requests: [recall(context.elsewhere(), CUE, options)],
    next: async ([generated = '']) => together([await pieceOf(context, CUE, generated)]),
  }),
});
