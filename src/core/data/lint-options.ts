import { wilson } from '../metrics/wilson.ts';
import type { Interval } from '../run/summary.ts';
import { words } from '../words.ts';
import { type Dataset, type Example, fullText, rightOption } from './example.ts';
import { normalisedText } from './leak.ts';
import type { Finding } from './lint.ts';

/** Bounds that a bundled question set keeps. */
export const OPTION_BOUNDS = {
  /** A rule that does not read the question may be right this much more often than chance, where its interval allows chance. */
  aboveChance: 0.05,
  /** Questions with the same right answer. */
  sameAnswer: 3,
  words: { min: 1, max: 15 },
  /** Share of items whose letter is that of the item so many places before. */
  repeats: 0.6,
  lags: 8,
  /** How far a letter may be from its share of the right answers. */
  imbalance: 1.1,
} as const;

export interface Rate {
  readonly share: number;
  readonly interval: Interval;
}

/** How often rules are right that should not be: they look at the options alone, or only at shared words. */
export interface OptionSheet {
  /** Mean of one over the number of options. */
  readonly chance: number;
  /** Choosing the longest option, by characters; of several, one of them. */
  readonly longest: Rate;
  readonly shortest: Rate;
  /** Naive Bayes on the words of right and wrong options of the pool, on the evaluation set. */
  readonly optionsOnly: Rate;
  /** Choosing the option with the largest share of words that are in the question. */
  readonly mostShared: Rate;
  readonly leastShared: Rate;
}

interface Question extends Example {
  readonly options: readonly string[];
}

const questionsOf = (items: readonly Example[]): Question[] =>
  items.flatMap((item) => (item.options === undefined ? [] : [{ ...item, options: item.options }]));

const indexOfRight = ({ label }: Example): number => label.charCodeAt(0) - 65;

/** The chance that a rule is right which takes an option of the largest score. */
function credit(scores: readonly number[], right: number): number {
  const most = Math.max(...scores);
  return scores[right] === most ? 1 / scores.filter((s) => s === most).length : 0;
}

function rate(questions: readonly Question[], score: (option: string, question: Question) => number): Rate {
  const right = questions.reduce(
    (sum, question) =>
      sum +
      credit(
        question.options.map((option) => score(option, question)),
        indexOfRight(question),
      ),
    0,
  );
  return { share: right / Math.max(1, questions.length), interval: wilson(right, questions.length) };
}

/** Log-odds of a word being in a right option, with add-one smoothing. */
function optionWords(pool: readonly Question[]): (option: string) => number {
  const counts = new Map<string, { right: number; wrong: number }>();
  let [allRight, allWrong] = [0, 0];
  for (const question of pool) {
    question.options.forEach((option, i) => {
      const right = i === indexOfRight(question);
      for (const word of words(option)) {
        const count = counts.get(word) ?? { right: 0, wrong: 0 };
        if (right) count.right++;
        else count.wrong++;
        counts.set(word, count);
        if (right) allRight++;
        else allWrong++;
      }
    });
  }
  const odds = (word: string): number => {
    const count = counts.get(word);
    if (count === undefined) return 0;
    return (
      Math.log((count.right + 1) / (allRight + counts.size)) - Math.log((count.wrong + 1) / (allWrong + counts.size))
    );
  };
  return (option) => words(option).reduce((sum, word) => sum + odds(word), 0);
}

function sharedWords(option: string, question: Question): number {
  const asked = new Set(words(fullText(question)));
  const own = words(option);
  return own.filter((word) => asked.has(word)).length / Math.max(1, own.length);
}

export function measureOptions({ demoPool, evalSet }: Pick<Dataset, 'demoPool' | 'evalSet'>): OptionSheet {
  const pool = questionsOf(demoPool);
  const asked = questionsOf(evalSet);
  const all = [...pool, ...asked];
  return {
    chance: all.reduce((sum, { options }) => sum + 1 / options.length, 0) / Math.max(1, all.length),
    longest: rate(all, (option) => option.length),
    shortest: rate(all, (option) => -option.length),
    optionsOnly: rate(asked, optionWords(pool)),
    mostShared: rate(all, sharedWords),
    leastShared: rate(all, (option, question) => -sharedWords(option, question)),
  };
}

const RULES = [
  ['longest', 'option-length', 'the longest option'],
  ['shortest', 'option-length', 'the shortest option'],
  ['optionsOnly', 'option-words', 'the words of the options alone'],
  ['mostShared', 'option-overlap', 'the option with most words of the question'],
  ['leastShared', 'option-overlap', 'the option with fewest words of the question'],
] as const;

const percent = (x: number): string => `${Math.round(100 * x)} %`;

export function optionFindings(dataset: Dataset, sheet: OptionSheet): Finding[] {
  const { demoPool, evalSet } = dataset;
  const items = questionsOf([...demoPool, ...evalSet]);
  const tooGood = RULES.flatMap(([name, rule, text]): Finding[] => {
    const { share, interval } = sheet[name];
    const allowed = share <= sheet.chance + OPTION_BOUNDS.aboveChance || interval.low <= sheet.chance;
    return allowed ? [] : [{ rule, text: `${text} is right in ${percent(share)}, chance ${percent(sheet.chance)}` }];
  });
  return [
    ...tooGood,
    ...items.flatMap(itemFindings),
    ...sameAnswers(items),
    ...placeFindings('pool', questionsOf(demoPool), dataset),
    ...placeFindings('evaluation set', questionsOf(evalSet), dataset),
  ];
}

function itemFindings(question: Question): Finding[] {
  const phrase = (text: string) => ` ${words(text).join(' ')} `;
  const asked = phrase(fullText(question));
  const named = question.options.filter((option) => asked.includes(phrase(option)));
  const findings: Finding[] = [];
  if (named.length === 1 && named[0] === rightOption(question)) {
    findings.push({ rule: 'leaked-answer', text: `${question.id} holds "${named[0]}"` });
  }
  for (const option of question.options) {
    const count = words(option).length;
    if (count < OPTION_BOUNDS.words.min || count > OPTION_BOUNDS.words.max) {
      findings.push({ rule: 'length', text: `${question.id}: the option "${option}" has ${count} words` });
    }
  }
  return findings;
}

function sameAnswers(questions: readonly Question[]): Finding[] {
  const groups = new Map<string, string[]>();
  for (const question of questions) {
    const key = normalisedText(rightOption(question) ?? '');
    groups.set(key, [...(groups.get(key) ?? []), question.id]);
  }
  return [...groups].flatMap(([answer, ids]) =>
    ids.length > OPTION_BOUNDS.sameAnswer
      ? [{ rule: 'same-answer', text: `${ids.join(', ')} are all answered "${answer}"` }]
      : [],
  );
}

/** Right answers are spread evenly over the places, in no order that can be guessed. */
function placeFindings(name: string, questions: readonly Question[], { labels }: Dataset): Finding[] {
  const findings: Finding[] = [];
  const ratios = labels.flatMap((_, i) => {
    const expected = questions.reduce((sum, { options }) => sum + (i < options.length ? 1 / options.length : 0), 0);
    return expected === 0 ? [] : [questions.filter((q) => indexOfRight(q) === i).length / expected];
  });
  if (Math.max(...ratios) > OPTION_BOUNDS.imbalance * Math.min(...ratios)) {
    const counts = labels.map(({ id }) => `${id} ${questions.filter((q) => q.label === id).length}`);
    findings.push({ rule: 'balance', text: `places of the right options of the ${name}: ${counts.join(', ')}` });
  }
  for (let lag = 1; lag <= OPTION_BOUNDS.lags; lag++) {
    const later = questions.slice(lag);
    const same = later.filter(({ label }, i) => label === questions[i]?.label).length;
    if (later.length >= OPTION_BOUNDS.lags && same / later.length > OPTION_BOUNDS.repeats) {
      findings.push({
        rule: 'pattern',
        text: `${name}: ${percent(same / later.length)} of the right options have the place of the one ${lag} before`,
      });
    }
  }
  return findings;
}
