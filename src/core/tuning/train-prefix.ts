import type { PrefixStates, SolvedExample } from '../model/latent.ts';
import { type Stream, shuffled } from '../random/stream.ts';
import { Adam } from './adam.ts';
import { PREFIX_BATCH } from './start.ts';
import type { LearnRecord, TuneContext } from './tuner.ts';

export interface PrefixTraining extends Pick<TuneContext, 'gradient' | 'onPhase'> {
  readonly examples: readonly SolvedExample[];
  readonly start: PrefixStates;
  readonly steps: number;
  readonly learningRate: number;
  /** Of the order of the examples. */
  readonly random: Stream;
}

const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / Math.max(1, values.length);

/**
 * Learns keys and values of a prefix by Adam on the label loss, the model frozen; each pass over the examples is in an order
 * of its own. What calls for the gradients may stop it at any of them.
 */
export async function trainPrefix({
  examples,
  start,
  steps,
  learningRate,
  random,
  gradient,
  onPhase,
}: PrefixTraining): Promise<{ prefix: PrefixStates; learned: LearnRecord }> {
  const prefix = { keys: start.keys.slice(), values: start.values.slice() };
  const keys = new Adam(prefix.keys, learningRate);
  const values = new Adam(prefix.values, learningRate);
  const losses: number[] = [];
  let tokens = 0;
  let left: SolvedExample[] = [];
  for (let step = 0; step < steps; step++) {
    const loss = losses.length === 0 ? '' : `, loss ${mean(losses.slice(-PREFIX_BATCH)).toFixed(3)}`;
    onPhase(`learning a prefix on ${examples.length} items, step ${step + 1} of ${steps}${loss}`);
    if (left.length === 0) left = shuffled(examples, random);
    const batch = left.slice(0, PREFIX_BATCH);
    left = left.slice(PREFIX_BATCH);
    const by = await gradient({ examples: batch, prefix });
    keys.step([by.keys]);
    values.step([by.values]);
    losses.push(...by.losses);
    tokens += by.usage.computed;
  }
  return {
    prefix,
    learned: {
      items: examples.length,
      steps,
      tokens,
      firstLoss: mean(losses.slice(0, examples.length)),
      lastLoss: mean(losses.slice(-examples.length)),
    },
  };
}
