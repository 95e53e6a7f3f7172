import type { Label } from '../data/example.ts';
import { equalWidthBins, expectedCalibrationError } from '../metrics/calibration-error.ts';
import { confusion, macroF1 } from '../metrics/classification.ts';
import { mcnemar } from '../metrics/mcnemar.ts';
import { wilson } from '../metrics/wilson.ts';
import type { CellRecord } from './record.ts';
import type { ArmSummary, PairedTest } from './summary.ts';

const ECE_BINS = 10;

interface SummariseInput {
  readonly arms: readonly { readonly id: string }[];
  readonly labels: readonly Pick<Label, 'id'>[];
  readonly cells: readonly CellRecord[];
}

const isRight = (cell: CellRecord): boolean => cell.prediction.kind === 'label' && cell.prediction.label === cell.gold;

/** One summary an arm, in the order of the arms; works on a run that is not finished. */
export function summarise({ arms, labels, cells }: SummariseInput): ArmSummary[] {
  const byArm = new Map(arms.map((arm) => [arm.id, [] as CellRecord[]]));
  for (const cell of cells) byArm.get(cell.armId)?.push(cell);
  const first = byArm.get(arms[0]?.id ?? '') ?? [];
  return arms.map((arm, i) => {
    const own = byArm.get(arm.id) ?? [];
    return { ...armFigures(arm.id, own, labels), mcnemar: i === 0 ? null : paired(first, own) };
  });
}

function armFigures(armId: string, cells: readonly CellRecord[], labels: SummariseInput['labels']) {
  const indexOf = new Map(labels.map((label, i) => [label.id, i]));
  const gold = cells.map((cell) => indexOf.get(cell.gold) ?? -1);
  const predicted = cells.map((cell) =>
    cell.prediction.kind === 'label' ? (indexOf.get(cell.prediction.label) ?? -1) : -1,
  );
  const correct = cells.filter(isRight).length;
  const f1 = macroF1(gold, predicted, labels.length);
  const confidences = cells.flatMap((cell) =>
    cell.prediction.kind === 'label' ? [{ confidence: cell.prediction.probability, correct: isRight(cell) }] : [],
  );
  return {
    armId,
    n: cells.length,
    correct,
    unscored: cells.length - confidences.length,
    accuracy: cells.length === 0 ? 0 : correct / cells.length,
    interval: accuracyInterval(cells),
    macroF1: f1.value,
    absentLabels: f1.absent.map((i) => labels[i]?.id ?? ''),
    ece: expectedCalibrationError(equalWidthBins(confidences, ECE_BINS)),
    confusion: confusion(gold, predicted, labels.length),
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

/** The answer most trials gave; ties go to the label that was given first. */
function majorityIsRight(trials: readonly CellRecord[]): boolean {
  const votes = new Map<string, number>();
  for (const { prediction } of trials) {
    if (prediction.kind === 'label') votes.set(prediction.label, (votes.get(prediction.label) ?? 0) + 1);
  }
  let best: string | undefined;
  for (const [label, n] of votes) if (best === undefined || n > (votes.get(best) ?? 0)) best = label;
  return best !== undefined && best === trials[0]?.gold;
}

/** Pairs the queries that both arms have answered; several trials count once, by their majority (METHODS pitfall 15). */
function paired(first: readonly CellRecord[], other: readonly CellRecord[]): PairedTest | null {
  const baseline = byQuery(first);
  let gained = 0;
  let lost = 0;
  let n = 0;
  for (const [queryId, trials] of byQuery(other)) {
    const reference = baseline.get(queryId);
    if (reference === undefined) continue;
    const here = majorityIsRight(trials);
    const there = majorityIsRight(reference);
    n++;
    if (here && !there) gained++;
    if (!here && there) lost++;
  }
  if (n === 0) return null;
  return { difference: (gained - lost) / n, gained, lost, ...mcnemar(gained, lost) };
}
