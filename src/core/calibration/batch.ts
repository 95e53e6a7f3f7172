import { choice, number, toggle } from '../options.ts';
import { defineCalibrator, NO_REFERENCE } from './calibrator.ts';
import { divideBy, exponentials, logMean, logNormalised } from './logspace.ts';

const meanOfLogs = (rows: readonly (readonly number[])[]): number[] =>
  (rows[0] ?? []).map((_, c) => rows.reduce((sum, row) => sum + (row[c] as number), 0) / rows.length);

/** What the answers to the queries have in common is taken for bias: their mean is divided out. */
export const bc = defineCalibrator({
  type: 'bc',
  title: 'Batch calibration (BC)',
  summary:
    'Divides by the mean answer over all queries. Reads them all before it answers, so it is transductive; it takes a real majority label for bias.',
  source: 'Zhou et al. 2024; METHODS 4, golden vector 13.2',
  evidence: 'recalled',
  transductive: true,
  assumesEvenLabels: true,
  needsSharedLabels: true,
  needsKnowledge: false,
  fields: {
    mean: choice(
      'Mean',
      'What is averaged over the queries.',
      [
        { value: 'probabilities', label: 'probabilities, then the log' },
        { value: 'logs', label: 'log-probabilities' },
      ],
      'probabilities',
    ),
    running: toggle('Running mean', 'Only over the queries up to the one at hand, as in a stream of them.', false),
    strength: number('Strength', '1: divide by the whole mean. 0: no calibration.', {
      min: 0,
      max: 2,
      step: 0.1,
      default: 1,
    }),
  },
  reference: () => 'queries',
  plan: ({ labels }, { mean, running, strength }) => ({
    prompts: [],
    combine: (_, { logprobs, upTo } = NO_REFERENCE) => {
      const rows = (running ? logprobs.slice(0, upTo) : logprobs)
        .filter((row) => row.length === labels.length)
        .map(logNormalised);
      if (rows.length === 0) return { prior: null, correction: labels.map(() => 0) };
      const logPrior = mean === 'probabilities' ? logMean(rows) : meanOfLogs(rows);
      return { prior: exponentials(logPrior), correction: divideBy(logPrior, strength) };
    },
  }),
});
