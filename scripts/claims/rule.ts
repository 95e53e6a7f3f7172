import { RESAMPLES } from '../../src/core/metrics/bootstrap.ts';
import { SEED } from './plan.ts';
import { LEVEL, WORTH } from './verdict.ts';

const worth = `${100 * WORTH} points`;

/** How verdicts are given; stands on the page before any result. */
export const RULE = [
  '## The rule',
  '',
  'The claims, their arms, the number of queries and of trials, and this rule were fixed before these runs were made. Numbers of queries were chosen by what twenty minutes on one core can hold, not by results: the command had been tried on up to 40 queries of four sets with an earlier model, to measure its cost.',
  '',
  '- **Effect**: accuracy of the arms that are claimed to do better minus that of the others, as points of a hundred queries, on the same queries and in the same trials; mean over trials. Sets are pooled by query.',
  `- **Interval**: 95 %, percentile bootstrap with ${RESAMPLES} resamples (seed ${SEED}); in each set queries and trials are drawn, all arms on the same draws. The sets themselves are not drawn: the interval speaks of these sets. With one trial, or arms that draw nothing, only queries vary; with three trials the spread of draws is known but roughly.`,
  '- **p**: McNemar, mid-p, two-sided, over the queries of all sets; several trials of a query count once, by the answer that most of them gave. Where four arms make an effect, it is the same test on the sign of their sum for each query. Where two groups of sets are compared there are no pairs, and p is that of the bootstrap.',
  '- **Holm**: p adjusted over all claims on the bundled sets; the public sets are a family of their own. Rows of single sets have plain p: they show the spread, and no verdict rests on them.',
  `- **seen**: adjusted p below ${LEVEL}, and the whole interval above 0. **not seen**: otherwise, if the interval lies below ${worth}, so that a gain that would be worth the trouble is excluded; "the reverse is" where the adjusted p is below ${LEVEL} and the whole interval is below 0. **too small to tell**: all else.`,
  '- **Evidence** in brackets behind a source: `abstract`, the claim stands in the abstract of the paper; `code`, read in its code; `recalled`, from memory of the paper, not held against its text; `ours`, a control or a variant of this project. METHODS is the specification that this project was written after.',
  '',
];
