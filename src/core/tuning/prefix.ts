import { number } from '../options.ts';
import { prefixFields, startingPrefix } from './start.ts';
import { defineTuner } from './tuner.ts';

export const prefix = defineTuner({
  type: 'prefix',
  title: 'Learned prefix (prefix tuning)',
  summary:
    'Keys and values in front of the prompt, in every layer, learned on solved items of the pool with the model frozen. Supervised: it sees more labels than the demos show. Items that it learns on are no demos and no queries.',
  source:
    'Li and Liang 2021, "Prefix-Tuning", 2101.00190; here learned directly by Adam, without its reparametrisation, on the loss of the right label among the labels, from random vectors',
  evidence: 'recalled',
  needs: ['latent', 'train'],
  learns: true,
  fields: {
    length: prefixFields.length,
    items: number('Items', 'Items of the pool to learn on.', { min: 4, max: 256, step: 4, default: 64 }),
    steps: number('Steps', 'Of Adam, each on eight items.', { min: 1, max: 1000, step: 1, default: 60 }),
    learningRate: number('Learning rate', 'Of Adam.', { min: 0.0001, max: 0.5, step: 0.0001, default: 0.02 }),
    seed: prefixFields.seed,
  },
  tune: async (context, { items, steps, learningRate, ...options }) => {
    const { trainPrefix } = await import('./train-prefix.ts');
    const { prefix: learnedPrefix, learned } = await trainPrefix({
      ...context,
      examples: await context.items(items, options.length),
      start: startingPrefix(context.shape, context.random, options),
      steps,
      learningRate,
      random: context.random('tune/order', options.seed),
    });
    return { prefix: learnedPrefix, record: { places: options.length, learned } };
  },
});
