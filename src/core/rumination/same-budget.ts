import { CUE, recall, thoughtText, writingFields } from './cues.ts';
import { defineRumination } from './rumination.ts';

const MOST_ORDERS = 8;

export const sameBudget = defineRumination({
  type: 'same-budget',
  title: 'The same tokens, asked again',
  summary:
    'Control: at least the tokens that recalling would cost are spent on the prompt without it, with its demos in other random orders; the answers are averaged. Without demos it is the same as none.',
  source: 'METHODS 2.4 A (controls: equal token budget); diversity from demo orders is ours',
  evidence: 'ours',
  kind: 'control',
  needs: ['generate'],
  needsKnowledge: false,
  fields: writingFields,
  plan: async (context, options) => {
    const request = recall(context, CUE, options);
    return {
      requests: [request],
      next: async ([generated = '']) => {
        const { count, fewShot } = context;
        const fitted = await fewShot({ thought: '', demoThoughts: new Map(), room: 0 });
        if (fitted === null) return 'too-long';
        const spent =
          (await count(request.prompt)) + (await count(generated)) + (await count(thoughtText(CUE, generated)));
        const more = Math.max(1, Math.ceil(spent / (await count(fitted.whole))));
        const orders = Math.min(MOST_ORDERS, 1 + more);
        return {
          pieces: [],
          asks: Array.from({ length: orders }, (_, order) => ({ pieces: [], order })),
          combine: 'mixture',
        };
      },
    };
  },
});
