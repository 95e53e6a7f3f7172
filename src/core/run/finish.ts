import type { TallyingAnswerer } from '../answer/answerer.ts';
import { NO_REFERENCE, type Prior, type Reference } from '../calibration/calibrator.ts';
import { softmax } from '../calibration/logspace.ts';
import type { Label } from '../data/example.ts';
import type { Selected } from '../demos/selector.ts';
import type { ScoreResult } from '../model/language-model.ts';
import { type Cell, cellKey } from './cell.ts';
import type { Draft } from './draft.ts';
import { answererOf } from './methods.ts';
import type { CellRecord, Prediction } from './record.ts';
import type { Setting } from './setting.ts';
import { answersOf } from './together.ts';

/** What stands before the answer in the prompt that is shown. */
function thoughtOf({ reviewed: { review }, asks: [first] }: Draft): CellRecord['thought'] {
  if (review === 'too-long') return null;
  const shown = (first?.ask ?? review.asks[0])?.pieces.flatMap((at) => review.pieces[at] ?? []) ?? [];
  if (shown.length === 0) return null;
  const written = shown.flatMap(({ generated }) => generated ?? []);
  return {
    text: shown.map(({ text }) => text).join(' '),
    generated: written.length === 0 ? null : written.join('\n'),
    tokens: shown.reduce((sum, { tokens }) => sum + tokens, 0),
  };
}

function reviewOf(
  { cell, reviewed, asks }: Draft,
  rows: readonly (readonly number[])[],
  results: readonly ScoreResult[],
): Pick<CellRecord, 'review'> {
  const { review, read, written } = reviewed;
  if (cell.arm.ruminate.type === 'none' || review === 'too-long') return {};
  const { pieces, combine, injection, learned } = review;
  let at = 0;
  return {
    review: {
      pieces,
      combine,
      asks: asks.map(({ ask, requests }, i) => {
        const promptTokens = results[at]?.promptTokens ?? 0;
        at += requests.length;
        return { ...ask, promptTokens, labelLogprobs: rows[i] ?? [] };
      }),
      read,
      written,
      injectedLayer: injection?.ffn?.layer ?? null,
      ...(learned === undefined ? {} : { learned }),
    },
  };
}

const recordOf = (setting: Setting, cell: Cell, chosen: readonly Selected[]) => ({
  key: cellKey(setting, cell),
  armId: cell.arm.id,
  trial: cell.trial,
  queryId: cell.query.id,
  gold: cell.query.label,
  demos: chosen.map(({ example, why }) => ({ id: example.id, label: example.label, why })),
  dropped: [],
  shotsRequested: cell.arm.shots,
  segments: [],
  promptTokens: 0,
  thought: null,
});

const unscored = (reason: string) => ({
  labelLogprobs: [],
  distribution: [],
  prior: null,
  calibrated: [],
  prediction: { kind: 'unscored', reason } as const,
});

/** The record of a draft: `results` of its requests, then those of its prior's prompts. */
export function finish(
  setting: Setting,
  draft: Draft,
  results: readonly ScoreResult[],
  reference: Reference = NO_REFERENCE,
): CellRecord {
  const { cell, fitted, answerer, context, requests, plan, tuned } = draft;
  const base = {
    ...recordOf(setting, cell, fitted?.kept ?? []),
    dropped: (fitted?.dropped ?? []).map(({ example }) => example.id),
    segments: fitted?.segments ?? [],
    promptTokens: fitted?.tokens ?? 0,
    thought: thoughtOf(draft),
    ...(tuned === null ? {} : { tuned: tuned.record }),
  };
  if (fitted === null) {
    return {
      ...base,
      ...unscored(
        `The query alone, or what its calibration asks, is longer than the ${setting.model.contextLength} tokens that the model reads.`,
      ),
    };
  }
  const { words, score } = context;
  const own = results.slice(0, requests.length);
  const { rows, logprobs: labelLogprobs } = answersOf(draft, own);
  if (!labelLogprobs.every(Number.isFinite)) {
    return { ...base, ...unscored('The model gave no number for a label word.') };
  }
  const whole = own[0] as ScoreResult;
  const forPrior = results
    .slice(requests.length)
    .map((result) =>
      plan?.firstToken === true ? words.firstTokenLogprobs(result, score, whole) : words.labelLogprobs(result, score),
    );
  const prior = plan === null ? null : plan.combine(forPrior, reference, labelLogprobs);
  const distribution = softmax(labelLogprobs);
  const calibrated = prior === null ? distribution : softmax(corrected(labelLogprobs, prior));
  const prediction = predict(words.labels, calibrated);
  const answer = words.labels.findIndex(({ id }) => prediction.kind === 'label' && prediction.label === id);
  return {
    ...base,
    segments: answerer.segments(context, fitted.kept, Math.max(0, answer)),
    labelLogprobs,
    distribution,
    prior: prior?.prior ?? null,
    ...(prior?.temperature === undefined ? {} : { temperature: prior.temperature }),
    calibrated,
    prediction,
    ...reviewOf(draft, rows, own),
  };
}

const corrected = (logprobs: readonly number[], { correction, temperature = 1 }: Prior): number[] =>
  logprobs.map((x, i) => x / temperature + (correction[i] as number));

function predict(labels: readonly Label[], calibrated: readonly number[]): Prediction {
  let best = 0;
  calibrated.forEach((p, i) => {
    if (p > (calibrated[best] as number)) best = i;
  });
  const probability = calibrated[best] as number;
  if (!(probability > 0)) return { kind: 'unscored', reason: 'Calibration ruled out every label; use the floor.' };
  return { kind: 'label', label: (labels[best] as Label).id, probability };
}

/** The record of an answer without a model. */
export function tallied(setting: Setting, cell: Cell, chosen: readonly Selected[]): CellRecord {
  const { arm, query } = cell;
  const answerer = answererOf(arm) as TallyingAnswerer<never>;
  const { labels } = setting.answersOf(query);
  const base = recordOf(setting, cell, chosen);
  const found = answerer.tally({ labels, demos: chosen, pool: setting.pool }, arm.answer as never);
  if (found === null) return { ...base, ...unscored('There is no demo to count.') };
  const { shares, answer } = found;
  return {
    ...base,
    labelLogprobs: [],
    distribution: shares,
    prior: null,
    calibrated: shares,
    prediction: { kind: 'label', label: (labels[answer] as Label).id, probability: shares[answer] as number },
  };
}
