import { recallAll, taskCue, writingFields } from './cues.ts';
import { defineRumination, together } from './rumination.ts';

export const task = defineRumination({
  type: 'task',
  title: 'About the task, as far as I know',
  summary: 'Writes what it knows after a cue that names the task; the text then stands before its answer.',
  source:
    'Knowledge Rumination (Yao et al. 2023), 2305.08732, the task cue of its code; a call of its own for it is ours; METHODS 2.1, 2.4 A',
  evidence: 'verified',
  kind: 'text',
  needs: ['generate'],
  needsKnowledge: false,
  fields: writingFields,
  plan: async (context, options) =>
    recallAll(context, [{ cue: taskCue(context.taskName), seed: context.seed }], options, together),
});
