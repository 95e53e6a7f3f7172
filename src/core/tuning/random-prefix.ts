import { prefixFields, startingPrefix } from './start.ts';
import { defineTuner } from './tuner.ts';

export const randomPrefix = defineTuner({
  type: 'random-prefix',
  title: 'Prefix of random vectors',
  summary:
    'Control: the vectors that the learned prefix of the same length and seed begins with, untrained. What stays is the effect of having a prefix.',
  source: 'ours',
  evidence: 'ours',
  needs: ['latent'],
  learns: false,
  fields: prefixFields,
  tune: async ({ shape, random }, options) => ({
    prefix: startingPrefix(shape, random, options),
    record: { places: options.length, learned: null },
  }),
});
