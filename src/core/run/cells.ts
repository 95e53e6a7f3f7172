import type { Prior, PriorPlan } from '../calibration/calibrator.ts';
import { softmax } from '../calibration/logspace.ts';
import type { Example, Label } from '../data/example.ts';
import { ordered } from '../demos/order.ts';
import type { Selected, SelectFor } from '../demos/selector.ts';
import { digestOf } from '../hash.ts';
import type { ScoreResult } from '../model/language-model.ts';
import { type FittedPrompt, fitPrompt } from '../prompt/fit.ts';
import { inputLines, promptText, renderSegments } from '../prompt/render.ts';
import { type Stream, stream, streamSeed } from '../random/stream.ts';
import { ruminations } from '../rumination/registry.ts';
import type { Rumination, Thought } from '../rumination/rumination.ts';
import type { CellRecord, Prediction } from './record.ts';
import type { Scorer } from './scorer.ts';
import { calibratorOf, type Setting, selectorOf } from './setting.ts';
import type { Arm } from './spec.ts';

/** One answer to be made: an arm, a query, a trial. */
export interface Cell {
  readonly arm: Arm;
  readonly trial: number;
  readonly query: Example;
}

/**
 * The cell's content key: equal exactly where all that can change its numbers is equal. An arm's id and name cannot;
 * the number of queries can only where a method reads them all.
 */
export function cellKey(setting: Setting, { arm, trial, query }: Cell): string {
  const { select, shots, order, ruminate, calibrate, score } = arm;
  const transductive = selectorOf(arm).transductive || calibratorOf(arm).transductive;
  const targets = transductive ? setting.queries.length : null;
  return digestOf({
    setting: setting.digest,
    arm: { select, shots, order, ruminate, calibrate, score },
    trial,
    query: query.id,
    targets,
  });
}

type Demo = Selected & { readonly word: string };

interface Draft {
  readonly cell: Cell;
  readonly thought: Thought | null;
  readonly fitted: FittedPrompt<Demo> | null;
  readonly plan: PriorPlan | null;
}

/** The records of cells of one arm and trial, in order. Prompts and priors of all are scored in one batch. */
export async function answerCells(
  setting: Setting,
  scorer: Scorer,
  select: SelectFor,
  cells: readonly Cell[],
): Promise<CellRecord[]> {
  const thoughts = await reviews(setting, scorer, cells);
  const drafts: Draft[] = [];
  for (const [i, cell] of cells.entries()) drafts.push(await draft(setting, scorer, select, cell, thoughts[i] ?? null));
  const requests = drafts.flatMap(({ cell, fitted, plan }) => {
    const { continuations } = setting.answersOf(cell.query);
    return fitted === null ? [] : [fitted.prompt, ...(plan?.prompts ?? [])].map((prompt) => ({ prompt, continuations }));
  });
  const results = await scorer.score(requests, scopeOf(cells));
  let at = 0;
  return drafts.map((d) => {
    if (d.fitted === null) return record(setting, d, null);
    const own = results[at++] as ScoreResult;
    const forPrior = results.slice(at, at + (d.plan?.prompts.length ?? 0));
    at += forPrior.length;
    return record(setting, d, { own, forPrior });
  });
}

/** Arm and trial, which all cells of a batch share. */
const scopeOf = ([first]: readonly Cell[]): string => `${first?.arm.id} ${first?.trial}`;

/** What stands before the answer: nothing, a thought, or `too-long` where the query leaves no room to write one. */
type Review = Thought | null | 'too-long';

async function reviews(setting: Setting, scorer: Scorer, cells: readonly Cell[]): Promise<Review[]> {
  const plans = cells.map(({ arm, query, trial }) => {
    const rumination = ruminations[arm.ruminate.type] as unknown as Rumination<never>;
    const seed = streamSeed(setting.spec.seed, 'trial', trial, 'ruminate', query.id) >>> 0;
    return rumination.plan({ queryLines: inputLines(setting.template, query), seed }, arm.ruminate as never);
  });
  const lengths = await scorer.count(plans.map((plan) => plan?.request.prompt ?? ''));
  const fits = plans.map(
    (plan, i) => plan !== null && 1 + (lengths[i] as number) + plan.request.maxTokens <= setting.model.contextLength,
  );
  const written = await scorer.generate(
    plans.flatMap((plan, i) => (plan !== null && fits[i] ? [plan.request] : [])),
    scopeOf(cells),
  );
  const count = async (text: string) => (await scorer.count([text]))[0] ?? 0;
  let at = 0;
  const result: Review[] = [];
  for (const [i, plan] of plans.entries()) {
    if (plan === null) result.push(null);
    else if (!fits[i]) result.push('too-long');
    else result.push(await plan.compose(written[at++]?.text ?? '', count));
  }
  return result;
}

async function draft(setting: Setting, scorer: Scorer, select: SelectFor, cell: Cell, review: Review): Promise<Draft> {
  if (review === 'too-long') return { cell, thought: null, fitted: null, plan: null };
  const thought = review;
  const { template, answersOf } = setting;
  const { arm, query, trial } = cell;
  const ranked = select(query).map((chosen) => ({
    ...chosen,
    word: answersOf(chosen.example).wordOf(chosen.example.label),
  }));
  const random = (...name: readonly (string | number)[]) => stream(setting.spec.seed, 'trial', trial, ...name);
  const planWith = (kept: readonly Demo[]) => priorPlan(setting, cell, kept, random);
  const fitted = await fitPrompt(
    { template, query, ...(thought === null ? {} : { thought: thought.text }) },
    ranked,
    (demos) => ordered(demos, arm.order, () => random('order', query.id)),
    setting.model.contextLength - setting.longestWord,
    (texts) => scorer.count(texts),
    (kept) => planWith(kept)?.prompts ?? [],
  );
  return { cell, thought, fitted, plan: fitted === null ? null : planWith(fitted.kept) };
}

function priorPlan(
  setting: Setting,
  { arm, query, trial }: Cell,
  demos: readonly Demo[],
  random: (...name: readonly (string | number)[]) => Stream,
): PriorPlan | null {
  const { template } = setting;
  const texts = (text: string) => ({
    text,
    ...(query.text2 === undefined ? {} : { text2: text }),
    ...(query.options === undefined ? {} : { options: query.options.map(() => text) }),
  });
  const context = renderSegments({ template, demos, query }).filter((s) => s.role !== 'query' && s.role !== 'cue');
  return calibratorOf(arm).plan(
    {
      knowledge: setting.knowledge,
      promptWith: (text) => promptText(renderSegments({ template, demos, query: texts(text) })),
      demoContext: promptText(context),
      cue: `${template.labelName}:`,
      labels: setting.answersOf(query).labels,
      ownOptions: setting.options === 'cloze',
      demoLabels: demos.map((demo) => demo.example.label),
      queryTexts: setting.queryTexts,
      once: (make) => setting.remember([arm.calibrate, trial], make),
      random,
    },
    arm.calibrate as never,
  );
}

function record(
  setting: Setting,
  { cell, thought, fitted, plan }: Draft,
  scored: { own: ScoreResult; forPrior: readonly ScoreResult[] } | null,
): CellRecord {
  const { arm, query, trial } = cell;
  const verbalizer = setting.answersOf(query);
  const base = {
    key: cellKey(setting, cell),
    armId: arm.id,
    trial,
    queryId: query.id,
    gold: query.label,
    demos: (fitted?.kept ?? []).map(({ example, why }) => ({ id: example.id, label: example.label, why })),
    dropped: (fitted?.dropped ?? []).map(({ example }) => example.id),
    shotsRequested: arm.shots,
    segments: fitted?.segments ?? [],
    promptTokens: fitted?.tokens ?? 0,
    thought,
  };
  const unscored = (reason: string): CellRecord => ({
    ...base,
    labelLogprobs: [],
    distribution: [],
    prior: null,
    calibrated: [],
    prediction: { kind: 'unscored', reason },
  });
  if (scored === null) {
    return unscored(
      `The query alone, or what its calibration asks, is longer than the ${setting.model.contextLength} tokens that the model reads.`,
    );
  }
  const labelLogprobs = verbalizer.labelLogprobs(scored.own, arm.score);
  if (!labelLogprobs.every(Number.isFinite)) return unscored('The model gave no number for a label word.');
  const prior: Prior | null =
    plan === null
      ? null
      : plan.combine(
          scored.forPrior.map((r) =>
            plan.firstToken === true
              ? verbalizer.firstTokenLogprobs(r, arm.score)
              : verbalizer.labelLogprobs(r, arm.score),
          ),
        );
  const distribution = softmax(labelLogprobs);
  const calibrated =
    prior === null ? distribution : softmax(labelLogprobs.map((x, i) => x + (prior.correction[i] as number)));
  return {
    ...base,
    labelLogprobs,
    distribution,
    prior: prior?.prior ?? null,
    calibrated,
    prediction: predict(verbalizer.labels, calibrated),
  };
}

function predict(labels: readonly Label[], calibrated: readonly number[]): Prediction {
  let best = 0;
  calibrated.forEach((p, i) => {
    if (p > (calibrated[best] as number)) best = i;
  });
  const probability = calibrated[best] as number;
  if (!(probability > 0)) return { kind: 'unscored', reason: 'Calibration ruled out every label; use the floor.' };
  return { kind: 'label', label: (labels[best] as Label).id, probability };
}
