import { CUE, reviewRequest, thoughtFields, thoughtText } from './background.ts';
import { defineRumination } from './rumination.ts';

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
  fields: thoughtFields,
  plan: (context, options) => ({
    request: reviewRequest(context, options),
    compose: async (generated, count) => {
      const target = await count(thoughtText(generated));
      let words = 0;
      let tokens = await count(fill(0));
      while (tokens < target) {
        words += Math.max(1, Math.floor((target - tokens) / 2));
        tokens = await count(fill(words));
      }
      while (tokens > target && words > 0) tokens = await count(fill(--words));
      return { text: fill(words), generated, tokens };
    },
  }),
});
