import { weightsOf } from '../rumination/combine.ts';
import { type Cell, scopeOf, type Work } from './cell.ts';
import { allRequests, draftsOf } from './cells.ts';
import { answererOf } from './methods.ts';
import { answersOf } from './together.ts';

/** A prompt of an answer that tells of all labels. */
export interface LabelsPrompt {
  readonly kind: 'labels';
  readonly text: string;
  /** Natural logs, one a label. */
  readonly logprobs: readonly number[];
  /** Its part in the answer, of 1. */
  readonly weight: number;
}

/** A prompt that tells of one label alone. */
export interface LabelPrompt {
  readonly kind: 'label';
  readonly text: string;
  readonly label: number;
  readonly logprob: number;
  /** The text after it whose probability that is. */
  readonly scored: string;
}

/** A prompt of a prior. All of a prior count alike. */
export interface PriorPrompt {
  readonly text: string;
  /** Natural logs, one a label. */
  readonly logprobs: readonly number[];
}

export interface AllPrompts {
  readonly answer: readonly (LabelsPrompt | LabelPrompt)[];
  readonly prior: readonly PriorPrompt[];
  /** What the prompts of the answer come to; natural logs, one a label, before calibration. */
  readonly labelLogprobs: readonly number[];
}

/** Everything that the model is asked for one answer, asked again; `null` where nothing is, or where it does not fit. */
export async function allPrompts(work: Work, cell: Cell): Promise<AllPrompts | null> {
  if (!answererOf(cell.arm).asks) return null;
  const [draft] = await draftsOf(work, await work.selections.of(cell.arm, cell.trial), [cell]);
  if (draft === undefined || draft.fitted === null) return null;
  const results = await work.scorer.score(allRequests(draft), scopeOf([cell]));
  const { asks, requests, plan, context, answerer, reviewed } = draft;
  const own = results.slice(0, requests.length);
  const { rows, logprobs: labelLogprobs } = answersOf(draft, own);
  const how = reviewed.review === 'too-long' ? 'single' : reviewed.review.combine;
  const weights = weightsOf(how, rows);
  const wordLabels = context.words.labels.flatMap(({ words }, label) => [...new Set(words)].map(() => label));
  let at = 0;
  const answer = asks.flatMap(({ requests: asked }, i) =>
    asked.map(({ prompt, continuations }, r): LabelsPrompt | LabelPrompt => {
      const result = own[at++];
      if (!answerer.wordFollows) {
        const label = wordLabels[r % wordLabels.length] ?? 0;
        const logprob = result?.scores[0]?.sumLogprob ?? Number.NaN;
        return { kind: 'label', text: prompt, label, logprob, scored: continuations[0] ?? '' };
      }
      const row = rows[i] ?? [];
      return weights === null
        ? { kind: 'label', text: prompt, label: i, logprob: row[i] ?? Number.NaN, scored: continuations[i] ?? '' }
        : { kind: 'labels', text: prompt, logprobs: row, weight: weights[i] ?? 0 };
    }),
  );
  const whole = own[0];
  const prior = results.slice(requests.length).map((result, i) => ({
    text: plan?.prompts[i] ?? '',
    logprobs:
      plan?.firstToken === true && whole !== undefined
        ? context.words.firstTokenLogprobs(result, context.score, whole)
        : context.words.labelLogprobs(result, context.score),
  }));
  return { answer, prior, labelLogprobs };
}
