import { number } from '../options.ts';
import { defineRumination, type RuminationContext } from './rumination.ts';

export const CUE = 'As far as I know,';

export const thoughtText = (generated: string): string => `${CUE} ${generated.trim()}`.trimEnd();

export const thoughtFields = {
  tokens: number('Tokens', 'The most tokens the model may write.', { min: 4, max: 120, step: 1, default: 32 }),
  temperature: number('Temperature', '0 is greedy.', { min: 0, max: 2, step: 0.05, default: 0.7 }),
} as const;

/** The first of the two calls: the query alone, then the cue; one line is written. */
export const reviewRequest = (
  { queryLines, seed }: RuminationContext,
  { tokens, temperature }: { tokens: number; temperature: number },
) => ({
  prompt: `${queryLines}\n${CUE}`,
  maxTokens: tokens,
  temperature,
  topP: 0.9,
  stop: ['\n'],
  seed,
});

export const background = defineRumination({
  type: 'background',
  title: 'As far as I know',
  summary: 'The model first writes what it knows about the query; the text then stands before its answer.',
  source: 'Knowledge Rumination (Yao et al. 2023), 2305.08732, background form in two calls; METHODS 2.1, 2.4 A',
  evidence: 'verified',
  fields: thoughtFields,
  plan: (context, options) => ({
    request: reviewRequest(context, options),
    compose: async (generated, count) => {
      const text = thoughtText(generated);
      return { text, generated, tokens: await count(text) };
    },
  }),
});
