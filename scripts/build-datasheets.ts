import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { datasetCatalog, loadDataset } from '../src/core/data/bundled.ts';
import { type Card, parseCard } from '../src/core/data/card.ts';
import type { Dataset, Example } from '../src/core/data/example.ts';
import { type Datasheet, lintDataset } from '../src/core/data/lint.ts';
import type { Rate } from '../src/core/data/lint-options.ts';
import { loadKnowledge } from '../src/core/knowledge/load.ts';
import type { Interval } from '../src/core/run/summary.ts';

const publicFolder = new URL('../public/', import.meta.url);
const path = (name: string): URL => new URL(`datasets/${name}`, publicFolder);
const assets = { read: async (name: string) => new Uint8Array(readFileSync(new URL(name, publicFolder))) };

/** Files of a set whose checksum stands on its card. */
export const SUMMED = ['card.json', 'pool.jsonl', 'eval.jsonl'] as const;

export const checksum = (id: string, file: string): string =>
  createHash('sha256')
    .update(readFileSync(path(`${id}/${file}`)))
    .digest('hex');

interface Review {
  readonly sample: number;
  readonly agreed: number;
  readonly kappa: number;
  readonly disputed: readonly string[];
}

interface Entry {
  readonly card: Card & { readonly styleSheet?: readonly string[] };
  readonly dataset: Dataset;
  readonly sheet: Datasheet;
  readonly findings: number;
  readonly review: Review | undefined;
}

const percent = (share: number): string => `${Math.round(100 * share)} %`;
const range = ({ low, high }: Interval): string => `${percent(low)} to ${percent(high)}`;
const rate = ({ share, interval }: Rate): string => `${percent(share)} (${range(interval)})`;
const inText = (text: string): string => text.replaceAll(/([|\\`*_<>[\]#])/gu, '\\$1');

function difficulty(rows: readonly Example[]): string {
  const levels = ['easy', 'medium', 'hard'].map((level) => [level, rows.filter((r) => r.difficulty === level).length]);
  return levels.map(([level, n]) => `${level} ${n}`).join(', ');
}

const asked = ({ card }: Entry): string =>
  card.task === 'single' ? 'one text' : card.task === 'pair' ? 'a pair of texts' : 'a question with options';

function figures({ sheet, dataset, review }: Entry): string[] {
  const { baseline, options, words, coverage, labels } = sheet;
  const counts = Object.entries(labels).map(([id, n]) => `${inText(id)} ${n}`);
  return [
    `- Rows: ${sheet.pool} in the pool, ${sheet.eval} to evaluate.`,
    `- ${options === null ? 'Labels' : 'Places of the right option'}: ${counts.join(', ')}.`,
    `- Words of a text: ${words.min} to ${words.max}, median ${words.median}.`,
    `- Difficulty, as marked: ${difficulty([...dataset.demoPool, ...dataset.evalSet])}.`,
    `- Texts that name an entity of the knowledge base: ${percent(coverage)}.`,
    ...(baseline === null
      ? []
      : [
          `- Naive Bayes on words, pool to evaluation set: ${percent(baseline.accuracy)} (${range(baseline.interval)}).`,
        ]),
    ...(options === null
      ? []
      : [
          `- Rules that should be near chance, ${percent(options.chance)}: longest option ${rate(options.longest)}; words of the options ${rate(options.optionsOnly)}; most words of the question ${rate(options.mostShared)}.`,
        ]),
    review === undefined
      ? '- No blind review yet.'
      : `- Blind review: the same label for ${review.agreed} of ${review.sample} sampled items, kappa ${review.kappa.toFixed(2)}${review.disputed.length > 0 ? `; disputed: ${review.disputed.join(', ')}` : ''}.`,
  ];
}

function cardText(entry: Entry): string {
  const { card, dataset, findings } = entry;
  const first = dataset.evalSet[0] as Example;
  return [
    `# ${card.title}`,
    '',
    inText(card.summary),
    '',
    `Asked: ${asked(entry)}. Language: ${card.language}. Licence: ${card.licence}. ${inText(card.provenance)}`,
    '',
    '## Figures',
    '',
    ...figures(entry),
    `- Linter: ${findings === 0 ? 'nothing found' : `${findings} findings`}.`,
    '',
    '## Wording',
    '',
    `- Instruction: ${card.template.instruction === '' ? 'none' : inText(card.template.instruction)}`,
    `- Names of the texts: ${card.template.inputNames.map(inText).join(', ')}; of the label: ${inText(card.template.labelName)}`,
    `- Label words: ${card.labels.map(({ id, words }) => `${inText(id)} reads ${words.map((w) => `"${inText(w)}"`).join(' or ')}`).join('; ')}`,
    '',
    '## An example',
    '',
    ...[first.text, first.text2, ...(first.options ?? []).map((o, i) => `${String.fromCharCode(65 + i)}. ${o}`)]
      .filter((line) => line !== undefined)
      .map((line) => `> ${inText(line)}  `),
    '>',
    `> Right: ${inText(first.label)}`,
    '',
    ...(card.styleSheet === undefined
      ? []
      : [
          '## Style sheet',
          '',
          'What its sentences were written to:',
          '',
          ...card.styleSheet.map((rule) => `- ${inText(rule)}`),
          '',
        ]),
    '## Files',
    '',
    '| file | SHA-256 |',
    '|---|---|',
    ...SUMMED.map((file) => `| ${file} | \`${checksum(card.id, file)}\` |`),
    `| as loaded (digest of a run) | \`${dataset.digest}\` |`,
    '',
  ].join('\n');
}

function overview(entries: readonly Entry[], how: string | undefined): string {
  return [
    '# Data sets',
    '',
    `${entries.length} sets, every sentence written for this project. Each folder has \`card.json\`, \`card.md\`, the pool and the evaluation set as JSONL. Written by \`npm run datasheets\` from the cards, the rows and the linter.`,
    '',
    '| set | asked | pool | evaluation | labels | entities | words alone | review | licence |',
    '|---|---|---:|---:|---:|---:|---|---|---|',
    ...entries.map((entry) => {
      const { card, sheet, dataset, review } = entry;
      const { baseline } = sheet;
      return `| [${card.title}](${card.id}/card.md) | ${asked(entry)} | ${sheet.pool} | ${sheet.eval} | ${dataset.labels.length} | ${percent(sheet.coverage)} | ${baseline === null ? 'not applicable' : `${percent(baseline.accuracy)} (${range(baseline.interval)})`} | ${review === undefined ? 'none' : `${review.agreed} of ${review.sample}`} | ${card.licence} |`;
    }),
    '',
    'Entities: texts that name an entity of the knowledge base. Words alone: naive Bayes, learned from the pool, on the evaluation set, with its 95 % interval. Review: items of a blind sample to which a second reader gave the same label.',
    '',
    ...(how === undefined ? [] : ['## How the sets were reviewed', '', how, '']),
    '## Checksums',
    '',
    '| file | SHA-256 |',
    '|---|---|',
    ...entries.flatMap(({ card }) => SUMMED.map((file) => `| ${card.id}/${file} | \`${checksum(card.id, file)}\` |`)),
    '',
  ].join('\n');
}

async function main(): Promise<void> {
  const knowledge = await loadKnowledge(assets);
  const reviews: Record<string, unknown> = existsSync(path('review.json'))
    ? JSON.parse(readFileSync(path('review.json'), 'utf8'))
    : {};
  const entries: Entry[] = [];
  for (const { id } of datasetCatalog) {
    const text = readFileSync(path(`${id}/card.json`), 'utf8');
    const { styleSheet } = JSON.parse(text) as { styleSheet?: readonly string[] };
    const dataset = await loadDataset(assets, id);
    const { sheet, findings } = lintDataset(dataset, knowledge);
    const card = { ...parseCard(text, `${id}/card.json`), ...(styleSheet === undefined ? {} : { styleSheet }) };
    entries.push({ card, dataset, sheet, findings: findings.length, review: reviews[id] as Review | undefined });
  }
  for (const entry of entries) writeFileSync(path(`${entry.card.id}/card.md`), cardText(entry));
  writeFileSync(path('README.md'), overview(entries, reviews.how as string | undefined));
  console.log(`${entries.length} cards and README.md written`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
