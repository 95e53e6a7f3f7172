import { csvText } from '../../core/data/csv-text.ts';
import type { diagnostics } from '../../core/probe/diagnostics.ts';
import type { TurnedAnswer } from '../../core/probe/options.ts';
import type { OrderCell } from '../../core/probe/orders.ts';
import type { Arm } from '../../core/run/spec.ts';
import type { Results } from '../host.ts';
import { soleSpec } from '../select/side-by-side.ts';

/** What a probe was run on and with, as it was when it began: controls and experiment can change under its results. */
export interface Origin {
  readonly probe: 'broken-demos' | 'orders' | 'turned-options';
  readonly results: Pick<Results, 'experiment' | 'dataset' | 'model'>;
  readonly arm: Arm;
  readonly settings: Readonly<Record<string, number>>;
}

/** A probe's results with all that is needed to run it again. */
export function probeJson(
  { probe, results: { experiment, dataset, model }, arm, settings }: Origin,
  found: Readonly<Record<string, unknown>>,
  complete: boolean,
): string {
  const { id, title, digest } = dataset;
  const spec = soleSpec(experiment.spec, arm);
  return JSON.stringify(
    { knowshot: 1, probe, settings, spec, model, data: { id, title, digest }, complete, ...found },
    null,
    2,
  );
}

/** Sets and orders are counted from 0; entropies in nats. */
export const ordersCsv = (cells: readonly OrderCell[]): string =>
  csvText([
    ['set', 'order', 'accuracy', 'global_entropy', 'local_entropy'],
    ...cells.map((cell) => [cell.set, cell.order, cell.accuracy, cell.globalEntropy, cell.localEntropy]),
  ]);

export const turnedCsv = (answers: readonly TurnedAnswer[]): string =>
  csvText([
    ['query', 'turn', 'gold', 'answer', 'correct', 'answer_text'],
    ...answers.map(({ queryId, turn, gold, letter, content }) => [
      queryId,
      turn,
      gold,
      letter ?? '',
      letter === gold ? 1 : 0,
      content ?? '',
    ]),
  ]);

export type PullRow = { readonly arm: Arm } & ReturnType<typeof diagnostics>;

/** Shares from 0 to 1; an arm that shows no such example has none. */
export const pullsCsv = (rows: readonly PullRow[]): string =>
  csvText([
    ['arm', 'arm_name', 'label_of', 'answers', 'would_be_right', 'before_calibration', 'after_calibration'],
    ...rows.flatMap(({ arm, recency, majority }) =>
      [
        { name: 'last_example', pull: recency },
        { name: 'most_examples', pull: majority },
      ].map(({ name, pull: { n, right, before, after } }) => [
        arm.id,
        arm.name,
        name,
        n,
        ...(n === 0 ? ['', '', ''] : [right, before, after]),
      ]),
    ),
  ]);
