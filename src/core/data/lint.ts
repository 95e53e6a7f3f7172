import type { Knowledge } from '../knowledge/types.ts';
import { wilson } from '../metrics/wilson.ts';
import type { Interval } from '../run/summary.ts';
import { words } from '../words.ts';
import { bagOfWords } from './bag-of-words.ts';
import { asksOptions, type Dataset, type Example, fullText } from './example.ts';
import { normalisedText } from './leak.ts';
import { measureOptions, type OptionSheet, optionFindings } from './lint-options.ts';

/** Bounds that a bundled set keeps. */
export const BOUNDS = {
  /** Jaccard overlap of three-word shingles of two items. */
  nearDuplicate: 0.5,
  /** Items that are alike once entities and numbers are taken out. */
  skeleton: 2,
  /** The commonest label over the rarest. */
  imbalance: 1.1,
  words: { min: 3, max: 80 },
  coverage: 0.6,
  baseline: 0.85,
} as const;

export interface Finding {
  readonly rule: string;
  /** What is wrong where, and enough to find it. */
  readonly text: string;
}

/** Figures of a set, for its card. */
export interface Datasheet {
  readonly pool: number;
  readonly eval: number;
  readonly labels: Readonly<Record<string, number>>;
  readonly words: { readonly min: number; readonly median: number; readonly max: number };
  /** Share of items with at least one linked entity. */
  readonly coverage: number;
  /** Naive Bayes on words, learned from the pool, on the evaluation set; `null` for questions with options. */
  readonly baseline: { readonly accuracy: number; readonly interval: Interval } | null;
  /** `null` for sets without options. */
  readonly options: OptionSheet | null;
}

const shingles = (text: string): Set<string> => {
  const list = words(text);
  return new Set(list.length < 3 ? [list.join(' ')] : list.slice(2).map((_, i) => list.slice(i, i + 3).join(' ')));
};

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const item of a) if (b.has(item)) shared++;
  return shared / (a.size + b.size - shared);
}

/** The text with entities and numbers as blanks. */
function skeleton(text: string, knowledge: Knowledge): string {
  let bare = '';
  let at = 0;
  for (const { start, end } of knowledge.link(text)) {
    bare += `${text.slice(at, start)} entity `;
    at = end;
  }
  return words(bare + text.slice(at))
    .map((word) => (/^\d/u.test(word) ? 'number' : word))
    .join(' ');
}

/** Pairs that share a shingle, so that not every pair is compared. */
function nearDuplicates(items: readonly Example[]): Finding[] {
  const sets = items.map((item) => shingles(fullText(item)));
  const holders = new Map<string, number[]>();
  const seen = new Set<string>();
  const findings: Finding[] = [];
  sets.forEach((set, i) => {
    for (const shingle of set) {
      for (const j of holders.get(shingle) ?? []) {
        const pair = `${j} ${i}`;
        if (seen.has(pair)) continue;
        seen.add(pair);
        const overlap = jaccard(set, sets[j] as Set<string>);
        if (overlap > BOUNDS.nearDuplicate) {
          findings.push({
            rule: 'near-duplicate',
            text: `${items[j]?.id} and ${items[i]?.id} share ${Math.round(100 * overlap)} % of their phrases`,
          });
        }
      }
      holders.set(shingle, [...(holders.get(shingle) ?? []), i]);
    }
  });
  return findings;
}

function repeated(
  rule: string,
  items: readonly Example[],
  keyOf: (item: Example) => string,
  allowed: number,
): Finding[] {
  const groups = new Map<string, string[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item.id]);
  return [...groups].flatMap(([key, ids]) =>
    ids.length > allowed ? [{ rule, text: `${ids.join(', ')}: "${key}"` }] : [],
  );
}

function labelLeaks({ labels }: Dataset, items: readonly Example[]): Finding[] {
  const phrase = (text: string) => ` ${words(text).join(' ')} `;
  const forbidden = labels.flatMap((label) => [label.id, ...label.words]);
  return items.flatMap((item) => {
    const found = forbidden.find((word) => phrase(fullText(item)).includes(phrase(word)));
    return found === undefined ? [] : [{ rule: 'leaked-label', text: `${item.id} holds "${found}"` }];
  });
}

/** Letters of Latin script, digits and the punctuation of a keyboard. */
const EXPECTED = /^[\p{Script=Latin}\p{M}\p{N} !-/:-@[-`{-~£€°²]*$/u;

const textAndOptions = (item: Example): string => [fullText(item), ...(item.options ?? [])].join(' ');

function itemRules(items: readonly Example[]): Finding[] {
  return items.flatMap((item) => {
    const text = fullText(item);
    const all = textAndOptions(item);
    const count = words(text).length;
    const findings: Finding[] = [];
    if (count < BOUNDS.words.min || count > BOUNDS.words.max)
      findings.push({ rule: 'length', text: `${item.id} has ${count} words` });
    if (!EXPECTED.test(all)) {
      const odd = [...all].filter((c) => !EXPECTED.test(c)).join(' ');
      findings.push({ rule: 'character', text: `${item.id} holds ${odd}` });
    }
    return findings;
  });
}

/** Checks a set against all rules, and measures it. */
export function lintDataset(dataset: Dataset, knowledge: Knowledge): { findings: Finding[]; sheet: Datasheet } {
  const items = [...dataset.demoPool, ...dataset.evalSet];
  const sheet = measure(dataset, knowledge);
  const findings = [
    ...repeated('duplicate', items, (item) => normalisedText(fullText(item)), 1),
    ...nearDuplicates(items),
    ...repeated('template', items, (item) => skeleton(fullText(item), knowledge), BOUNDS.skeleton),
    ...itemRules(items),
    ...(sheet.options === null
      ? [...labelLeaks(dataset, items), ...labelBalance(dataset)]
      : optionFindings(dataset, sheet.options)),
  ];
  if (sheet.coverage < BOUNDS.coverage)
    findings.push({
      rule: 'coverage',
      text: `only ${Math.round(100 * sheet.coverage)} % of the items name a known entity`,
    });
  if (sheet.baseline !== null && sheet.baseline.accuracy > BOUNDS.baseline) {
    findings.push({
      rule: 'trivial',
      text: `a bag of words is right in ${Math.round(100 * sheet.baseline.accuracy)} %`,
    });
  }
  return { findings, sheet };
}

function labelBalance({ demoPool: pool, evalSet: rows, labels }: Dataset): Finding[] {
  const findings: Finding[] = [];
  for (const [name, split] of [
    ['pool', pool],
    ['evaluation set', rows],
  ] as const) {
    const counts = labels.map(({ id }) => split.filter((item) => item.label === id).length);
    if (Math.max(...counts) > BOUNDS.imbalance * Math.min(...counts)) {
      findings.push({
        rule: 'balance',
        text: `labels of the ${name}: ${labels.map(({ id }, i) => `${id} ${counts[i]}`).join(', ')}`,
      });
    }
  }
  return findings;
}

/** The figures of a set, without its rules. */
export function measure(dataset: Dataset, knowledge: Knowledge): Datasheet {
  const { demoPool: pool, evalSet: rows, labels } = dataset;
  const asking = asksOptions(dataset);
  const items = [...pool, ...rows];
  const lengths = items.map((item) => words(fullText(item)).length).sort((a, b) => a - b);
  const right = bagOfWords(pool, rows).filter((label, i) => label === rows[i]?.label).length;
  return {
    pool: pool.length,
    eval: rows.length,
    labels: Object.fromEntries(labels.map(({ id }) => [id, items.filter((item) => item.label === id).length])),
    words: { min: lengths[0] ?? 0, median: lengths[lengths.length >> 1] ?? 0, max: lengths.at(-1) ?? 0 },
    coverage:
      items.filter((item) => knowledge.link(textAndOptions(item)).length > 0).length / Math.max(1, items.length),
    baseline: asking ? null : { accuracy: right / Math.max(1, rows.length), interval: wilson(right, rows.length) },
    options: asking ? measureOptions(dataset) : null,
  };
}
