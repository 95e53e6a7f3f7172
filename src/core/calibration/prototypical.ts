import { dataError } from '../errors.ts';
import { number } from '../options.ts';
import { type Stream, shuffled } from '../random/stream.ts';
import { assignment } from './assignment.ts';
import { defineCalibrator, NO_REFERENCE } from './calibrator.ts';
import { logNormalised } from './logspace.ts';
import { type Component, fitMixture, logDensity } from './mixture.ts';

/** Of more answers as many are drawn to estimate the clusters from. */
const MOST = 1000;

/** Ten a label, and enough for each cluster to have a covariance of full rank. */
const fewest = (labels: number): number => labels * Math.max(10, labels + 1);

/** The cluster of each label. */
type Prototypes = readonly Component[];

/**
 * Clusters of answers, one a label, assigned to the labels by the largest sum of mean log-probabilities. Of several starts
 * the one with the largest such sum is kept, as its authors do; those with a cluster of too few rows for its covariance,
 * which a single extreme answer could win with, only where there are no others (ours).
 * @param rows log-probabilities of the labels, [row][label], renormalised.
 */
export function prototypes(rows: readonly (readonly number[])[], starts: number, random: Stream): Prototypes {
  const labels = rows[0]?.length ?? 0;
  const found = Array.from({ length: starts }, () => {
    const clusters = fitMixture(rows, labels, random);
    const labelOf = assignment(clusters.map(({ mean }) => mean));
    const score = clusters.reduce((sum, { mean }, k) => sum + (mean[labelOf[k] as number] as number), 0);
    const whole = clusters.every(({ weight }) => weight * rows.length >= labels + 1);
    const ofLabel = labelOf.map((_, label) => clusters[labelOf.indexOf(label)] as Component);
    return { ofLabel, score, whole };
  });
  const best = found.reduce((a, b) => ((Number(b.whole) - Number(a.whole) || b.score - a.score) > 0 ? b : a));
  return best.ofLabel;
}

export const proca = defineCalibrator({
  type: 'proca',
  title: 'Prototypical calibration (ProCa)',
  summary:
    'Looks for one cluster a label in the answers to all queries, and answers by the likeliest cluster. Reads them all before it answers, so it is transductive; takes about 500 queries to be stable, and at least ten a label.',
  source: 'Han et al. 2022 (2205.10183); the ridge and the least size of a cluster are ours; METHODS 4',
  evidence: 'recalled',
  transductive: true,
  needsSharedLabels: true,
  needsKnowledge: false,
  fields: {
    starts: number(
      'Starts',
      'How often EM begins anew; the clusters that fit their labels best are kept. The authors begin 100 times.',
      { min: 1, max: 100, step: 1, default: 20 },
    ),
  },
  reference: () => 'queries',
  fewest,
  plan: ({ labels, random, once }, { starts }) => {
    const known = once(() => new WeakMap<object, Prototypes>());
    const estimate = (logprobs: readonly (readonly number[])[]): Prototypes => {
      const rows = logprobs.filter((row) => row.length === labels.length).map(logNormalised);
      if (rows.length < fewest(labels.length)) {
        throw dataError(
          `Prototypical calibration needs the answers to ${fewest(labels.length)} queries for ${labels.length} labels, and there are ${rows.length}. Ask more queries, or choose batch calibration.`,
        );
      }
      const stream = random('calibrate/proca');
      return prototypes(rows.length <= MOST ? rows : shuffled(rows, stream).slice(0, MOST), starts, stream);
    };
    return {
      prompts: [],
      combine: (_, { logprobs } = NO_REFERENCE, own = []) => {
        const clusters = known.get(logprobs) ?? estimate(logprobs);
        known.set(logprobs, clusters);
        const row = logNormalised(own);
        return {
          prior: null,
          // All clusters weigh the same, whatever their shares: what is left is the posterior of each.
          correction: logNormalised(clusters.map((cluster) => logDensity(cluster, row))).map(
            (posterior, label) => posterior - (own[label] as number),
          ),
        };
      },
    };
  },
});
