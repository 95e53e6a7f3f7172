import { CUE, recall, thoughtText, writingFields } from './cues.ts';
import { defineRumination, together } from './rumination.ts';

const EMPTY_WORDS = ['and', 'so', 'on'];

const fill = (words: number): string =>
  [CUE, ...Array.from({ length: words }, (_, i) => EMPTY_WORDS[i % EMPTY_WORDS.length])].join(' ');

export const filler = defineRumination({
  type: 'filler',
  title: 'Filler of the same length',
  summary:
    'Control: the cue and as many empty words as the model would have written. What stays is the effect of length.',
  source: 'ours; METHODS 2.4 A (controls)',
  evidence: 'ours',
  kind: 'control',
  needs: ['generate'],
  needsKnowledge: false,
  fields: writingFields,
  plan: async (context, options) => ({
    requests: [recall(context, CUE, options)],
    next: async ([generated = '']) => {
      const { count } = context;
      const target = await count(thoughtText(CUE, generated));
      let words = 0;
      let tokens = await count(fill(0));
      while (tokens < target) {
        words += Math.max(1, Math.floor((target - tokens) / 2));
        tokens = await count(fill(words));
      }
      while (tokens > target && words > 0) tokens = await count(fill(--words));
      return together([{ cue: CUE, text: fill(words), generated, tokens }]);
    },
  }),
});
