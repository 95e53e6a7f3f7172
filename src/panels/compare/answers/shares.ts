import { softmax } from '../../../core/calibration/logspace.ts';
import type { AllPrompts } from '../../../core/run/all-prompts.ts';

/** A prompt as a line of a list. */
export interface PromptLine {
  /** The line of the prompt that tells it from the others: the one before the cue. */
  readonly tail: string;
  readonly text: string;
  /** Its part of the whole, of 1; `null` where it tells of one label alone. */
  readonly share: number | null;
  /** What it says by itself: a label with its probability, or with its natural log-probability. */
  readonly label: number;
  readonly probability: number | null;
  readonly logprob: number | null;
}

/** The last line, or the one before it where the last is only the name of what comes. */
export function tailOf(text: string): string {
  const lines = text.trimEnd().split('\n');
  const last = lines.at(-1) ?? '';
  return last.endsWith(':') ? (lines.at(-2) ?? last) : last;
}

const best = (shares: readonly number[]): number => shares.indexOf(Math.max(...shares));

/** The prompts of the answer itself, in their order. */
export const answerLines = ({ answer }: AllPrompts): PromptLine[] =>
  answer.map((prompt): PromptLine => {
    const { text } = prompt;
    const tail = tailOf(text);
    if (prompt.kind === 'label')
      return { text, tail, share: null, label: prompt.label, probability: null, logprob: prompt.logprob };
    const distribution = softmax(prompt.logprobs);
    const label = best(distribution);
    return { text, tail, share: prompt.weight, label, probability: distribution[label] ?? 0, logprob: null };
  });

/**
 * The prompts of the prior, those first that make the label likeliest.
 * @returns shares of the prior of that label, together 1: a prior is the mean over its prompts.
 */
export function priorLines({ prior }: AllPrompts, label: number): PromptLine[] {
  const of = prior.map(({ logprobs }) => Math.exp(logprobs[label] ?? Number.NEGATIVE_INFINITY));
  const total = of.reduce((sum, p) => sum + p, 0);
  return prior
    .map(({ text }, i): PromptLine => {
      const p = of[i] ?? 0;
      return { text, tail: tailOf(text), share: total === 0 ? 0 : p / total, label, probability: p, logprob: null };
    })
    .sort((a, b) => (b.share ?? 0) - (a.share ?? 0));
}

/** Within this two runs of one model agree, in nats. */
const CLOSE = 1e-3;

/** Whether the prompts, asked again, come to what the run has. */
export const agree = (again: readonly number[], ran: readonly number[]): boolean =>
  again.length === ran.length && again.every((x, i) => Math.abs(x - (ran[i] as number)) < CLOSE);
