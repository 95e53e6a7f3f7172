import type { CellRecord } from '../run/record.ts';

/** How often an answer is the label of certain demonstrations, against how often that label is right. */
export interface Pull {
  /** Answers that could show it. */
  readonly n: number;
  /** Share of the right labels that are that label: what an unbiased reader of the queries would give. */
  readonly right: number;
  /** Share of the answers before calibration, and after. */
  readonly before: number;
  readonly after: number;
}

const answerBefore = (
  { distribution, calibrated, prediction }: CellRecord,
  labels: readonly string[],
): string | null => {
  if (prediction.kind === 'unscored') return null;
  if (distribution.length === 0 || calibrated.length === 0) return prediction.label;
  return labels[distribution.indexOf(Math.max(...distribution))] ?? null;
};

function pull(
  cells: readonly CellRecord[],
  labels: readonly string[],
  labelOf: (cell: CellRecord) => string | null,
): Pull {
  const told = cells.flatMap((cell) => {
    const label = labelOf(cell);
    return label === null || cell.prediction.kind === 'unscored' ? [] : [{ cell, label }];
  });
  const share = (holds: (item: (typeof told)[number]) => boolean) =>
    told.length === 0 ? 0 : told.filter(holds).length / told.length;
  return {
    n: told.length,
    right: share(({ cell, label }) => cell.gold === label),
    before: share(({ cell, label }) => answerBefore(cell, labels) === label),
    after: share(({ cell, label }) => cell.prediction.kind === 'label' && cell.prediction.label === label),
  };
}

/** The label of the demonstration next to the query. */
const lastLabel = ({ demos }: CellRecord): string | null => demos.at(-1)?.label ?? null;

/** The label that most demonstrations have; `null` where two share the first place. */
export function majorityLabel({ demos }: Pick<CellRecord, 'demos'>): string | null {
  const counts = new Map<string, number>();
  for (const { label } of demos) counts.set(label, (counts.get(label) ?? 0) + 1);
  const [first, second] = [...counts].sort((a, b) => b[1] - a[1]);
  return first === undefined || first[1] === second?.[1] ? null : first[0];
}

/** Recency: the answer repeats the last demonstration. Majority: it repeats the commonest label of them (METHODS 6). */
export const diagnostics = (cells: readonly CellRecord[], labels: readonly string[]) => ({
  recency: pull(cells, labels, lastLabel),
  majority: pull(cells, labels, majorityLabel),
});
