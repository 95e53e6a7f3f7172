import { number } from '../options.ts';
import { defineCalibrator, NO_REFERENCE, type Reference } from './calibrator.ts';
import { softmax } from './logspace.ts';

/** Temperatures are looked for in between. */
export const TEMPERATURES = { lowest: 0.05, highest: 20 } as const;

/**
 * The temperature that gives held-out labels their highest likelihood. The loss is convex in 1 / T, so that the zero of
 * its slope, the mean over items of (expected log-probability - that of the right label), is found by halving.
 */
export function fitTemperature({ logprobs, gold }: Pick<Reference, 'logprobs' | 'gold'>): number {
  const slope = (inverse: number): number =>
    logprobs.reduce((sum, row, i) => {
      const p = softmax(row.map((x) => inverse * x));
      const expected = row.reduce((total, x, c) => total + (p[c] as number) * x, 0);
      return sum + expected - (row[gold[i] as number] as number);
    }, 0);
  if (logprobs.length === 0) return 1;
  let [low, high] = [1 / TEMPERATURES.highest, 1 / TEMPERATURES.lowest];
  if (slope(low) >= 0) return TEMPERATURES.highest;
  if (slope(high) <= 0) return TEMPERATURES.lowest;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  return 2 / (low + high);
}

export const temperature = defineCalibrator({
  type: 'temperature',
  title: 'Temperature scaling',
  summary:
    'Softens or sharpens the answers by one number, fitted on pool items that are no demos. Changes confidence, never the answer.',
  source: 'Guo et al. 2017; METHODS 4',
  evidence: 'recalled',
  transductive: false,
  needsKnowledge: false,
  fields: {
    heldOut: number('Held out', 'How many pool items it is fitted on; their labels are read.', {
      min: 10,
      max: 500,
      step: 10,
      default: 40,
    }),
  },
  reference: ({ heldOut }) => ({ heldOut }),
  plan: ({ labels }) => ({
    prompts: [],
    combine: (_, reference = NO_REFERENCE) => ({
      prior: null,
      correction: labels.map(() => 0),
      temperature: fitTemperature(reference),
    }),
  }),
});
