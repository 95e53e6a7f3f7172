import type { Label } from '../../core/data/example.ts';
import { canonicalJson } from '../../core/hash.ts';
import type { Answer } from '../../core/metrics/figures.ts';
import type { CellRecord, Prediction } from '../../core/run/record.ts';
import type { Arm } from '../../core/run/spec.ts';
import { summarise } from '../../core/run/summarise.ts';

const essence = ({ id: _id, name: _name, ...rest }: Arm): string => canonicalJson(rest);

/** The arm of an experiment that asks just like this one, whatever its name. */
export const sameArm = (arms: readonly Arm[], wanted: Arm): Arm | undefined =>
  arms.find((arm) => essence(arm) === essence(wanted));

function uncalibrated({ distribution }: CellRecord, labels: readonly Pick<Label, 'id'>[]): Prediction {
  const probability = Math.max(...distribution);
  const label = labels[distribution.indexOf(probability)];
  return label === undefined
    ? { kind: 'unscored', reason: 'There is no answer.' }
    : { kind: 'label', label: label.id, probability };
}

export type Change = 'fixed' | 'broken' | 'other' | 'same';

/** An answer with what it would have been without calibration. */
export interface Turned {
  readonly cell: CellRecord;
  readonly before: string | null;
  readonly after: string | null;
  /** `fixed`: wrong, then right. `broken`: right, then wrong. `other`: wrong, then wrong in another way. */
  readonly change: Change;
}

const labelOf = (prediction: Prediction): string | null => (prediction.kind === 'label' ? prediction.label : null);

const changeOf = (before: string | null, after: string | null, gold: string): Change =>
  before === after ? 'same' : after === gold ? 'fixed' : before === gold ? 'broken' : 'other';

const answerOf = (
  gold: string,
  label: string | null,
  distribution: readonly number[],
  labels: readonly Pick<Label, 'id'>[],
): Answer => ({
  gold: labels.findIndex(({ id }) => id === gold),
  predicted: label === null ? -1 : labels.findIndex(({ id }) => id === label),
  distribution,
});

/**
 * The cells of one arm before and after its calibration: figures of both, the paired test, and each answer's change.
 * @param seed of the bootstrap intervals; without it there are none.
 */
export function beforeAfter(cells: readonly CellRecord[], labels: readonly Label[], seed?: number) {
  const plain = cells.map((cell) => ({
    ...cell,
    armId: 'before',
    calibrated: cell.distribution,
    prediction: uncalibrated(cell, labels),
  }));
  const [before, after] = summarise({
    arms: [{ id: 'before' }, { id: 'after' }],
    labels,
    cells: [...plain, ...cells.map((cell) => ({ ...cell, armId: 'after' }))],
    ...(seed === undefined ? {} : { seed }),
  });
  const turned = cells.map((cell, i): Turned => {
    const was = labelOf((plain[i] as CellRecord).prediction);
    const is = labelOf(cell.prediction);
    return { cell, before: was, after: is, change: changeOf(was, is, cell.gold) };
  });
  return {
    before,
    after,
    turned,
    answers: {
      before: turned.map((t) => answerOf(t.cell.gold, t.before, t.cell.distribution, labels)),
      after: turned.map((t) => answerOf(t.cell.gold, t.after, t.cell.calibrated, labels)),
    },
  };
}

export type BeforeAfter = ReturnType<typeof beforeAfter>;

export const countOf = (turned: readonly Turned[], change: Change): number =>
  turned.filter((t) => t.change === change).length;
