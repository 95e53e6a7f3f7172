import { MOST_MENTIONS, mentionCue, mentionsOf, recallAll, writingFields } from './cues.ts';
import { defineRumination, together } from './rumination.ts';

export const mention = defineRumination({
  type: 'mention',
  title: 'About each name, I know',
  summary:
    'Writes what it knows about each linked name of the query, one line each; all lines stand before the answer. A query without a linked name is answered at once.',
  source:
    'Knowledge Rumination (Yao et al. 2023), 2305.08732, the mention cue of its code; a call of its own for it is ours; METHODS 2.1, 2.4 A',
  evidence: 'verified',
  kind: 'text',
  needs: ['generate'],
  needsKnowledge: true,
  fields: { names: MOST_MENTIONS, ...writingFields },
  plan: async (context, options) => {
    const cues = mentionsOf(context, options.names).map((name) => ({ cue: mentionCue(name), seed: context.seed }));
    return recallAll(context, cues, options, together);
  },
});
