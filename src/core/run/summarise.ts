import type { Label } from '../data/example.ts';
import { agreement } from '../metrics/agreement.ts';
import { confusion, macroF1 } from '../metrics/classification.ts';
import { type Answer, figuresOf } from '../metrics/figures.ts';
import { holm } from '../metrics/holm.ts';
import { majorityOf } from '../metrics/majority.ts';
import { mcnemar } from '../metrics/mcnemar.ts';
import { detectableGap } from '../metrics/power.ts';
import { wilson } from '../metrics/wilson.ts';
import type { LearnRecord } from '../tuning/tuner.ts';
import { bootstrapArms, type PlacedAnswer } from './intervals.ts';
import type { CellRecord } from './record.ts';
import type { ArmSummary, PairedTest } from './summary.ts';

interface SummariseInput {
  readonly arms: readonly { readonly id: string }[];
  readonly labels: readonly Pick<Label, 'id'>[];
  readonly cells: readonly CellRecord[];
  /** The arm whose comparison with the first was named beforehand as the one that counts. */
  readonly primary?: string | undefined;
  /** Seed of the bootstrap; without it, as while a run goes on, there are no bootstrap intervals. */
  readonly seed?: number;
}

const isRight = (cell: CellRecord): boolean => cell.prediction.kind === 'label' && cell.prediction.label === cell.gold;

/** One summary an arm, in the order of the arms; works on a run that is not finished. */
export function summarise({ arms, labels, cells, primary, seed }: SummariseInput): ArmSummary[] {
  const byArm = new Map(arms.map((arm) => [arm.id, [] as CellRecord[]]));
  for (const cell of cells) byArm.get(cell.armId)?.push(cell);
  const own = arms.map((arm) => byArm.get(arm.id) ?? []);
  const answers = own.map((list) => list.map((cell) => placed(cell, labels)));
  const intervals = seed === undefined ? null : bootstrapArms(answers, labels.length, seed);
  const tests = own.map((list, i) => (i === 0 ? null : paired(own[0] ?? [], list)));
  const adjusted = families(
    tests,
    arms.map((arm) => arm.id === primary),
  );
  return arms.map((arm, i) => {
    const adjustment = adjusted[i];
    const test = tests[i];
    return {
      ...armFigures(arm.id, own[i] ?? [], answers[i] ?? [], labels),
      intervals: intervals?.[i]?.figures ?? null,
      mcnemar:
        test == null || adjustment == null
          ? null
          : { ...test, ...adjustment, interval: intervals?.[i]?.difference ?? null },
    };
  });
}

function placed(cell: CellRecord, labels: SummariseInput['labels']): PlacedAnswer {
  const { gold, prediction, calibrated, queryId, trial } = cell;
  const indexOf = (id: string) => labels.findIndex((label) => label.id === id);
  return {
    queryId,
    trial,
    gold: indexOf(gold),
    predicted: prediction.kind === 'label' ? indexOf(prediction.label) : -1,
    distribution: calibrated,
  };
}

function armFigures(
  armId: string,
  cells: readonly CellRecord[],
  answers: readonly Answer[],
  labels: SummariseInput['labels'],
) {
  const gold = answers.map((a) => a.gold);
  const predicted = answers.map((a) => a.predicted);
  const { absent } = macroF1(gold, predicted, labels.length);
  const learned = learnedFor(cells);
  return {
    armId,
    n: cells.length,
    correct: cells.filter(isRight).length,
    unscored: cells.filter((cell) => cell.prediction.kind === 'unscored').length,
    ...figuresOf(answers, labels.length),
    interval: accuracyInterval(cells),
    absentLabels: absent.map((i) => labels[i]?.id ?? ''),
    confusion: confusion(gold, predicted, labels.length),
    ...(learned === null ? {} : { learned }),
  };
}

/** Each trial learns once, for all of its answers. */
function learnedFor(cells: readonly CellRecord[]): LearnRecord | null {
  const trials = new Map<number, LearnRecord>();
  for (const { trial, tuned } of cells) if (tuned?.learned) trials.set(trial, tuned.learned);
  const all = [...trials.values()];
  const [first] = all;
  if (first === undefined) return null;
  const sum = (part: (learned: LearnRecord) => number) => all.reduce((total, learned) => total + part(learned), 0);
  return {
    items: first.items,
    steps: first.steps,
    tokens: sum(({ tokens }) => tokens),
    firstLoss: sum(({ firstLoss }) => firstLoss) / all.length,
    lastLoss: sum(({ lastLoss }) => lastLoss) / all.length,
  };
}

/** Trials of each query, in the order of first appearance. */
function byQuery(cells: readonly CellRecord[]): Map<string, CellRecord[]> {
  const groups = new Map<string, CellRecord[]>();
  for (const cell of cells) {
    const group = groups.get(cell.queryId);
    if (group === undefined) groups.set(cell.queryId, [cell]);
    else group.push(cell);
  }
  return groups;
}

/** Trials of one query are no items of their own: each query counts once, by the share of its trials that are right. */
function accuracyInterval(cells: readonly CellRecord[]) {
  const groups = [...byQuery(cells).values()];
  const right = groups.reduce((sum, group) => sum + group.filter(isRight).length / group.length, 0);
  return wilson(right, groups.length);
}

/** Whether the answer that most trials gave is right. */
function majorityIsRight(trials: readonly CellRecord[]): boolean {
  const answer = majorityOf(
    trials.flatMap(({ prediction }) => (prediction.kind === 'label' ? [prediction.label] : [])),
  );
  return answer !== undefined && answer === trials[0]?.gold;
}

type Unadjusted = Omit<PairedTest, 'primary' | 'adjustedP' | 'family' | 'interval'>;

/** Pairs the queries that both arms have answered; several trials count once, by their majority (METHODS pitfall 15). */
function paired(first: readonly CellRecord[], other: readonly CellRecord[]): Unadjusted | null {
  const baseline = byQuery(first);
  let gained = 0;
  let lost = 0;
  let n = 0;
  let difference = 0;
  const shareRight = (trials: readonly CellRecord[]) => trials.filter(isRight).length / trials.length;
  for (const [queryId, trials] of byQuery(other)) {
    const reference = baseline.get(queryId);
    if (reference === undefined) continue;
    const here = majorityIsRight(trials);
    const there = majorityIsRight(reference);
    n++;
    difference += shareRight(trials) - shareRight(reference);
    if (here && !there) gained++;
    if (!here && there) lost++;
  }
  if (n === 0) return null;
  return {
    n,
    difference: difference / n,
    gained,
    lost,
    ...mcnemar(gained, lost),
    ...agreement(answerPairs(first, other)),
    detectable: detectableGap(n, (gained + lost) / n),
  };
}

/** The answers of both arms to the same query in the same trial, as numbers of categories. */
function answerPairs(first: readonly CellRecord[], other: readonly CellRecord[]): [number, number][] {
  const categories = new Map<string | null, number>();
  const category = ({ prediction }: CellRecord): number => {
    const label = prediction.kind === 'label' ? prediction.label : null;
    const known = categories.get(label) ?? categories.size;
    categories.set(label, known);
    return known;
  };
  const place = ({ queryId, trial }: CellRecord) => `${trial} ${queryId}`;
  const there = new Map(first.map((cell) => [place(cell), cell]));
  return other.flatMap((cell) => {
    const reference = there.get(place(cell));
    return reference === undefined ? [] : [[category(reference), category(cell)]];
  });
}

/** The primary comparison is a family of its own; Holm runs over all the others. */
function families(tests: readonly (Unadjusted | null)[], primary: readonly boolean[]) {
  const others = tests.flatMap((test, i) => (test === null || primary[i] ? [] : [test]));
  const corrected = new Map(holm(others.map((test) => test.p)).map((p, i) => [others[i], p]));
  return tests.map((test, i) => {
    if (test === null) return null;
    return primary[i]
      ? { primary: true, adjustedP: test.p, family: 1 }
      : { primary: false, adjustedP: corrected.get(test) ?? test.p, family: others.length };
  });
}
