import type { Claim } from './claims.ts';
import type { Effect } from './effect.ts';
import { points, table } from './markdown.ts';
import type { ClaimRecord } from './record.ts';
import { missingRuns, modelsOfRecords, type Result, resultsOf, type Side } from './results.ts';
import { RULE } from './rule.ts';
import { whatWasRun } from './what-was-run.ts';

const range = ({ interval: { low, high } }: Effect): string => `${points(low)} to ${points(high)}`;
const small = (p: number): string => (p < 0.001 ? '< 0.001' : p.toFixed(3));

const NOT_RUN = 'not run in full';

function summaryRow({ claim, bundled, public: open }: Result, n: number): string[] {
  const { pooled } = bundled;
  const figures =
    pooled === null
      ? ['', '', '', '', NOT_RUN]
      : [points(pooled.value), range(pooled), small(pooled.adjustedP), String(pooled.n), `**${pooled.verdict}**`];
  const elsewhere = open.pooled && [`${points(open.pooled.value)} (${range(open.pooled)})`, open.pooled.verdict];
  return [`${n}. ${claim.says}`, ...figures, ...(elsewhere ?? ['', ''])];
}

/** Arms as they are on the command line; those of the fact probe are models. */
const armList = (arms: readonly string[]): string => arms.map((arm) => `\`${arm}\``).join(' and ');

function about({ sets, than }: Claim): string {
  if (sets === undefined) return '';
  const here = sets.join(' and ');
  return than === undefined ? `; on ${here}` : `; more on ${here} than on ${than.join(' and ')}`;
}

function pooledRow(name: string, { pooled }: Side, pairs: boolean): string[][] {
  if (pooled === null) return [];
  const { n, value, gained, lost, p, adjustedP, verdict } = pooled;
  const changed = pairs ? `+${gained} -${lost}` : '';
  return [[`**${name}**`, String(n), points(value), range(pooled), changed, small(p), small(adjustedP), verdict]];
}

const setRow = ({ title, effect }: Side['sets'][number]): string[] => {
  const { n, value, gained, lost, p } = effect;
  return [title, String(n), points(value), range(effect), `+${gained} -${lost}`, small(p), '', ''];
};

function section({ claim, bundled, public: open }: Result, n: number): string[] {
  const pairs = claim.than === undefined;
  const rows = [
    ...pooledRow(pairs ? 'bundled sets' : 'difference', bundled, pairs),
    ...bundled.sets.map(setRow),
    ...pooledRow('public sets', open, pairs),
    ...open.sets.map(setRow),
  ];
  return [
    `### ${n}. ${claim.says}`,
    '',
    `Source: ${claim.source} (${claim.evidence}). Run \`${claim.run}\`: ${armList(claim.higher)} above ${armList(claim.lower)}${about(claim)}.`,
    '',
    ...(rows.length === 0
      ? [`Verdict: ${NOT_RUN}.`]
      : table(['set', 'n', 'points', '95 % interval', 'changed', 'mid-p', 'Holm', 'verdict'], rows)),
    '',
  ];
}

function gaps(records: readonly ClaimRecord[]): string[] {
  const missing = missingRuns(records);
  return missing.length === 0
    ? []
    : [`**Not run yet**, so that claims on them have no verdict: ${missing.join(', ')}.`, ''];
}

/** The page, from records alone: the same records give the same text. */
export function claimsPage(claims: readonly Claim[], records: readonly ClaimRecord[]): string {
  const models = modelsOfRecords(records);
  const results = resultsOf(claims, records);
  const numbered = results.map((result, i) => ({ result, n: i + 1 }));
  const papers = [...new Set(claims.map(({ paper }) => paper))];
  return [
    '# The claims, tried',
    '',
    'Written by `npm run claims` from the records in [claims](claims); not by hand. Each claim that the two papers make, or that has to hold for theirs to mean what they say, was tried with the embedded model. A claim that is not seen here is not refuted for larger models, and one that is seen is not proved for them.',
    '',
    ...gaps(records),
    ...RULE,
    ...whatWasRun(records, models),
    '## In short',
    '',
    'Points of accuracy on the bundled sets, with the Holm-adjusted p, the number of queries and the verdict; then on public sets.',
    '',
    ...table(
      ['claim', 'points', '95 % interval', 'Holm', 'n', 'verdict', 'public sets', 'there'],
      numbered.map(({ result, n }) => summaryRow(result, n)),
    ),
    '',
    ...papers.flatMap((paper) => [
      `## ${paper}`,
      '',
      ...numbered.filter(({ result }) => result.claim.paper === paper).flatMap(({ result, n }) => section(result, n)),
    ]),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}
