import { logSumExp } from '../calibration/logspace.ts';
import type { Label } from '../data/example.ts';
import { specError } from '../errors.ts';
import type { LanguageModel, ScoreResult } from '../model/language-model.ts';

/** Label words laid out as continuations, and back. */
export interface Verbalizer {
  /** Every word of every label with its leading space. */
  readonly continuations: readonly string[];
  /** The word that stands for a label in demonstrations: its first. */
  wordOf(labelId: string): string;
  /** Log-probability of each label: its words summed as probabilities (METHODS 0.5). */
  labelLogprobs(result: ScoreResult, score: 'sum' | 'mean'): number[];
}

export function verbalizer(labels: readonly Label[]): Verbalizer {
  const flat = labels.flatMap((label, i) => [...new Set(label.words)].map((word) => ({ word, label: i })));
  const words = new Map(labels.map((label) => [label.id, label.words[0]]));
  return {
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
    labelLogprobs(result, score) {
      const perLabel = labels.map(() => [] as number[]);
      result.scores.forEach((s, i) => {
        const value = score === 'sum' ? s.sumLogprob : s.sumLogprob / Math.max(1, s.tokenLogprobs.length);
        perLabel[flat[i]?.label ?? -1]?.push(value);
      });
      return perLabel.map(logSumExp);
    },
  };
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
  const flat = labels.flatMap((label) => label.words.map((word) => ({ word, label: label.id })));
  const tokens = (await model.tokenize(flat.map(({ word }) => ` ${word}`))).map((ids) => `${ids.join(' ')} `);
  const warnings: string[] = [];
  flat.forEach((a, i) => {
    flat.forEach((b, j) => {
      if (a.label === b.label || i === j) return;
      const [left, right] = [tokens[i] as string, tokens[j] as string];
      if (left === right && i < j) {
        throw specError(
          `The labels "${a.label}" and "${b.label}" collide: this model reads "${a.word}" and "${b.word}" as the same tokens. Give one of them another word.`,
        );
      }
      if (left !== right && right.startsWith(left)) {
        warnings.push(
          `The word "${a.word}" begins "${b.word}": by summed log-probability the longer one is never likelier. Consider other words, or the mean per token.`,
        );
      }
    });
  });
  return warnings;
}
