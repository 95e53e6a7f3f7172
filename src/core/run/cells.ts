import type { Calibrator, Prior, PriorPlan } from '../calibration/calibrator.ts';
import { softmax } from '../calibration/logspace.ts';
import { calibrators } from '../calibration/registry.ts';
import type { Example } from '../data/example.ts';
import { ordered } from '../demos/order.ts';
import type { Selected, SelectFor } from '../demos/selector.ts';
import { digestOf } from '../hash.ts';
import type { ScoreResult } from '../model/language-model.ts';
import { type FittedPrompt, fitPrompt } from '../prompt/fit.ts';
import { inputLines, promptText, renderSegments } from '../prompt/render.ts';
import { stream, streamSeed } from '../random/stream.ts';
import { ruminations } from '../rumination/registry.ts';
import type { Rumination, Thought } from '../rumination/rumination.ts';
import type { CellRecord, Prediction } from './record.ts';
import type { Scorer } from './scorer.ts';
import { type Setting, selectorOf } from './setting.ts';
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

const calibratorOf = (arm: Arm): Calibrator<never> => calibrators[arm.calibrate.type] as unknown as Calibrator<never>;

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
  const thoughts = await thoughtsFor(setting, scorer, cells);
  const drafts: Draft[] = [];
  for (const [i, cell] of cells.entries()) drafts.push(await draft(setting, scorer, select, cell, thoughts[i] ?? null));
  const prompts = drafts.flatMap(({ fitted, plan }) =>
    fitted === null ? [] : [fitted.prompt, ...(plan?.prompts ?? [])],
  );
  const results = await scorer.score(prompts);
  let at = 0;
  return drafts.map((d) => {
    if (d.fitted === null) return record(setting, d, null);
    const own = results[at++] as ScoreResult;
    const forPrior = results.slice(at, at + (d.plan?.prompts.length ?? 0));
    at += forPrior.length;
    return record(setting, d, { own, forPrior });
  });
}

async function thoughtsFor(setting: Setting, scorer: Scorer, cells: readonly Cell[]): Promise<(Thought | null)[]> {
  const plans = cells.map(({ arm, query, trial }) => {
    const rumination = ruminations[arm.ruminate.type] as unknown as Rumination<never>;
    const seed = streamSeed(setting.spec.seed, 'trial', trial, 'ruminate', query.id) >>> 0;
    return rumination.plan({ queryLines: inputLines(setting.template, query), seed }, arm.ruminate as never);
  });
  const written = await scorer.generate(plans.flatMap((plan) => (plan === null ? [] : [plan.request])));
  let at = 0;
  const thoughts: (Thought | null)[] = [];
  for (const plan of plans) {
    thoughts.push(plan === null ? null : await plan.compose(written[at++]?.text ?? '', (text) => scorer.count(text)));
  }
  return thoughts;
}

async function draft(
  setting: Setting,
  scorer: Scorer,
  select: SelectFor,
  cell: Cell,
  thought: Thought | null,
): Promise<Draft> {
  const { template, verbalizer } = setting;
  const { arm, query, trial } = cell;
  const ranked = select(query).map((chosen) => ({ ...chosen, word: verbalizer.wordOf(chosen.example.label) }));
  const random = (...name: readonly (string | number)[]) => stream(setting.spec.seed, 'trial', trial, ...name);
  const fitted = await fitPrompt(
    { template, query, ...(thought === null ? {} : { thought: thought.text }) },
    ranked,
    (demos) => ordered(demos, arm.order, () => random('order', query.id)),
    setting.model.contextLength - setting.longestWord,
    (text) => scorer.count(text),
  );
  if (fitted === null) return { cell, thought, fitted, plan: null };
  const texts = (text: string) => ({ text, ...(query.text2 === undefined ? {} : { text2: text }) });
  const context = renderSegments({ template, demos: fitted.kept, query }).filter(
    (s) => s.role !== 'query' && s.role !== 'cue',
  );
  const plan = calibratorOf(arm).plan(
    {
      knowledge: setting.knowledge,
      promptWith: (text) => promptText(renderSegments({ template, demos: fitted.kept, query: texts(text) })),
      demoContext: promptText(context),
      cue: `${template.labelName}:`,
      labels: setting.dataset.labels,
      demoLabels: fitted.kept.map((demo) => demo.example.label),
      queryTexts: setting.queryTexts,
      random,
    },
    arm.calibrate as never,
  );
  return { cell, thought, fitted, plan };
}

function record(
  setting: Setting,
  { cell, thought, fitted, plan }: Draft,
  scored: { own: ScoreResult; forPrior: readonly ScoreResult[] } | null,
): CellRecord {
  const { arm, query, trial } = cell;
  const { verbalizer } = setting;
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
    return unscored(`The query alone is longer than the ${setting.model.contextLength} tokens that the model reads.`);
  }
  const labelLogprobs = verbalizer.labelLogprobs(scored.own, arm.score);
  if (!labelLogprobs.every(Number.isFinite)) return unscored('The model gave no number for a label word.');
  const prior: Prior | null =
    plan === null ? null : plan.combine(scored.forPrior.map((r) => verbalizer.labelLogprobs(r, arm.score)));
  const distribution = softmax(labelLogprobs);
  const calibrated =
    prior === null ? distribution : softmax(labelLogprobs.map((x, i) => x + (prior.correction[i] as number)));
  return {
    ...base,
    labelLogprobs,
    distribution,
    prior: prior?.prior ?? null,
    calibrated,
    prediction: predict(setting, calibrated),
  };
}

function predict(setting: Setting, calibrated: readonly number[]): Prediction {
  let best = 0;
  calibrated.forEach((p, i) => {
    if (p > (calibrated[best] as number)) best = i;
  });
  const probability = calibrated[best] as number;
  if (probability === 0) return { kind: 'unscored', reason: 'Calibration ruled out every label; use the floor.' };
  return { kind: 'label', label: (setting.dataset.labels[best] as { id: string }).id, probability };
}
