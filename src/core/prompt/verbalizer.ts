import { utf8ToBytes } from '@noble/hashes/utils.js';
import { logSumExp } from '../calibration/logspace.ts';
import type { Example, Label } from '../data/example.ts';
import { dataError, specError } from '../errors.ts';
import type { ContinuationScore, LanguageModel, ScoreResult } from '../model/language-model.ts';

/** The log-probability of a word: the sum over its tokens, their mean, or the sum divided by its UTF-8 bytes. */
export const SCORES = [
  { value: 'sum', label: 'sum over the tokens' },
  { value: 'mean', label: 'mean per token' },
  { value: 'bytes', label: 'sum per byte' },
] as const;

export type Score = (typeof SCORES)[number]['value'];

/** Label words laid out as continuations, and back. */
export interface Verbalizer {
  readonly labels: readonly Label[];
  /** Every word of every label with its leading space. */
  readonly continuations: readonly string[];
  /** The word that stands for a label in demonstrations: its first. */
  wordOf(labelId: string): string;
  /** Log-probability of each label: its words summed as probabilities (METHODS 0.5). */
  labelLogprobs(result: ScoreResult, score: Score): number[];
  /**
   * The same of the first token of each word alone.
   * @param whole a result with all tokens of the words, whose lengths count.
   */
  firstTokenLogprobs(result: ScoreResult, score: Score, whole: ScoreResult): number[];
}

export function verbalizer(labels: readonly Label[]): Verbalizer {
  const flat = labels.flatMap((label, i) =>
    [...new Set(label.words)].map((word) => ({ word, label: i, bytes: utf8ToBytes(word).length })),
  );
  const words = new Map(labels.map((label) => [label.id, label.words[0]]));
  const perLabel = (
    result: ScoreResult,
    score: Score,
    whole: ScoreResult,
    logprob: (s: ContinuationScore) => number,
  ): number[] => {
    const rows = labels.map(() => [] as number[]);
    result.scores.forEach((s, i) => {
      const { label, bytes } = flat[i] as (typeof flat)[number];
      const length = score === 'sum' ? 1 : score === 'mean' ? (whole.scores[i]?.tokenLogprobs.length ?? 1) : bytes;
      rows[label]?.push(logprob(s) / Math.max(1, length));
    });
    return rows.map(logSumExp);
  };
  return {
    labels,
    continuations: flat.map(({ word }) => ` ${word}`),
    wordOf(labelId) {
      const word = words.get(labelId);
      if (word === undefined) {
        throw specError(
          `The label "${labelId}" has no word in the verbalizer. Give it one, for example --labels "${labelId}=word".`,
        );
      }
      return word;
    },
    labelLogprobs: (result, score) => perLabel(result, score, result, (s) => s.sumLogprob),
    firstTokenLogprobs: (result, score, whole) =>
      perLabel(result, score, whole, (s) => s.tokenLogprobs[0] ?? Number.NaN),
  };
}

interface Pair {
  readonly a: { readonly word: string; readonly label: string };
  readonly b: { readonly word: string; readonly label: string };
}

/** Words of different labels that are the same tokens, and those whose tokens begin another's. */
async function compareWords(sets: readonly (readonly Label[])[], model: LanguageModel) {
  const flat = sets.map((labels) => labels.flatMap(({ id, words }) => words.map((word) => ({ word, label: id }))));
  const ids = await model.tokenize(flat.flatMap((words) => words.map(({ word }) => ` ${word}`)));
  let at = 0;
  return flat.map((words) => {
    const tokens = words.map(() => `${ids[at++]?.join(' ')} `);
    const same: Pair[] = [];
    const begins: Pair[] = [];
    words.forEach((a, i) => {
      words.forEach((b, j) => {
        if (a.label === b.label || i === j) return;
        const [left, right] = [tokens[i] as string, tokens[j] as string];
        if (left === right && i < j) same.push({ a, b });
        if (left !== right && right.startsWith(left)) begins.push({ a, b });
      });
    });
    return { same, begins };
  });
}

/**
 * Refuses label sets that cannot be told apart by this model: no label, a label without a word, or two labels whose
 * words are the same tokens (also after the tokenizer's lower-casing).
 * @returns a warning for each word that begins another label's word: the longer one can then hardly win by sum.
 */
export async function checkVerbalizer(labels: readonly Label[], model: LanguageModel): Promise<string[]> {
  if (labels.length < 2) throw specError('A classification needs at least two labels; check the label column.');
  for (const [i, label] of labels.entries()) {
    if (labels.findIndex((other) => other.id === label.id) !== i) {
      throw specError(`The label "${label.id}" is given twice. Give each label once.`);
    }
    if (label.words.length === 0 || label.words.some((word) => word.trim() === '')) {
      throw specError(`The label "${label.id}" has no word. Give it one, for example --labels "${label.id}=word".`);
    }
  }
  const [found] = await compareWords([labels], model);
  for (const { a, b } of found?.same ?? []) {
    throw specError(
      `The labels "${a.label}" and "${b.label}" collide: this model reads "${a.word}" and "${b.word}" as the same tokens. Give one of them another word.`,
    );
  }
  return (found?.begins ?? []).map(
    ({ a, b }) =>
      `The word "${a.word}" begins "${b.word}": by summed log-probability the longer one is never likelier. Consider other words, or the mean per token.`,
  );
}

/**
 * Refuses questions whose options this model reads as the same tokens.
 * @param answers what can be answered to each query.
 * @returns a warning where an option begins another one of its question.
 */
export async function checkOptionTexts(
  queries: readonly Pick<Example, 'id'>[],
  answers: readonly (readonly Label[])[],
  model: LanguageModel,
): Promise<string[]> {
  const found = await compareWords(answers, model);
  found.forEach(({ same }, i) => {
    for (const { a, b } of same) {
      throw dataError(
        `Question ${queries[i]?.id}: this model reads the options "${a.word}" and "${b.word}" as the same tokens. Change one of them.`,
      );
    }
  });
  const first = found.flatMap(({ begins }, i) => (begins[0] === undefined ? [] : [{ ...begins[0], i }]));
  const [example] = first;
  if (example === undefined) return [];
  return [
    `In ${first.length} of ${queries.length} questions one option begins another ("${example.a.word}" and "${example.b.word}" in ${queries[example.i]?.id}): by summed log-probability the longer one is never likelier. Consider the score per byte.`,
  ];
}
