import { CUE, recallAll, writingFields } from './cues.ts';
import { defineRumination, together } from './rumination.ts';

export const background = defineRumination({
  type: 'background',
  title: 'As far as I know',
  summary: 'The model first writes what it knows about the query; the text then stands before its answer.',
  source:
    'Knowledge Rumination (Yao et al. 2023), 2305.08732, the background cue of its code; a call of its own for it is ours; METHODS 2.1, 2.4 A',
  evidence: 'verified',
  kind: 'text',
  needs: ['generate'],
  needsKnowledge: false,
  fields: writingFields,
  plan: async (context, options) => recallAll(context, [{ cue: CUE, seed: context.seed }], options, together),
});
