import { number } from '../options.ts';
import { injected } from './latent-free.ts';
import { cueText, finalStates, rowsOf, stateFields } from './latent-states.ts';
import { defineRumination } from './rumination.ts';

/** states x map, [row][width] x [width][width]. */
export function mapped(states: Float32Array, map: Float32Array, width: number): Float32Array {
  const out = new Float64Array(states.length);
  for (const [r, row] of rowsOf(states, width).entries()) {
    for (let i = 0; i < width; i++) {
      const scale = row[i] as number;
      for (let c = 0; c < width; c++)
        out[r * width + c] = (out[r * width + c] as number) + scale * (map[i * width + c] as number);
    }
  }
  return Float32Array.from(out);
}

export const latentLearned = defineRumination({
  type: 'latent-learned',
  title: 'Rows in the feed-forward, learned',
  summary:
    'The states at the end of the query and its cue become extra rows of the last feed-forward through two matrices, which are learned on items of the pool with the model frozen. Supervised: it sees more labels than the demos show.',
  source:
    'Knowledge Rumination (Yao et al. 2023), the rows as its code adds them, in the last layer as in its GLUE runs; here in a causal model that stays frozen, where the paper tunes it; METHODS 2.2, 2.4 B',
  evidence: 'ours',
  kind: 'latent',
  needs: ['latent', 'train'],
  needsKnowledge: false,
  fields: {
    states: stateFields.states,
    items: number('Items', 'Items of the pool to learn on.', { min: 4, max: 256, step: 4, default: 64 }),
    epochs: number('Epochs', 'How often each of them is seen.', { min: 1, max: 50, step: 1, default: 5 }),
    learningRate: number(
      'Learning rate',
      'Of Adam, in steps of four items. The states have a root mean square of 1, so that it is lower than the 0.001 of METHODS 2.4.',
      { min: 0.00001, max: 0.02, step: 0.00001, default: 0.0001 },
    ),
  },
  plan: async (context, { states, items, epochs, learningRate }) => {
    const tools = context.latent();
    const { hidden } = tools.shape;
    const map = await tools.learn({
      items,
      epochs,
      learningRate,
      statesOf: async (subject, inspect) =>
        (await finalStates({ ...tools, inspect }, context.count, cueText(subject), states)).rows,
    });
    const learned = { tokens: map.usage.computed, losses: map.losses };
    return injected(
      context,
      { states, source: 'cue' },
      ({ rows }) => ({
        ffn: { layer: map.layer, keys: mapped(rows, map.keys, hidden), values: mapped(rows, map.values, hidden) },
      }),
      learned,
    );
  },
});
