import { candidateOrders, globalEntropy, localEntropy } from '../demos/entropy.ts';
import type { SelectFor } from '../demos/selector.ts';
import { throwIfAborted } from '../model/engine-error.ts';
import { trialStream, type Work } from '../run/cell.ts';
import { answerWith } from '../run/cells.ts';
import type { CellRecord } from '../run/record.ts';
import type { Arm } from '../run/spec.ts';

/** One set of demonstrations in one order, over all queries. */
export interface OrderCell {
  readonly set: number;
  readonly order: number;
  readonly accuracy: number;
  /** Entropy of how often each label is answered, in nats; low where one label takes all. */
  readonly globalEntropy: number;
  /** Mean entropy of the answers. */
  readonly localEntropy: number;
}

export interface Sensitivity {
  readonly cells: readonly OrderCell[];
  /** Standard deviation of the accuracy over sets of demonstrations, in their first order; `null` for a single set. */
  readonly select: number | null;
  /** Root mean square over sets of the standard deviation over orders; `null` for a single order. */
  readonly order: number | null;
  /** Mean accuracy of the orders that one would pick by the higher entropy, one a set (Lu et al. 2022). */
  readonly picked: { readonly globalEntropy: number; readonly localEntropy: number };
}

function deviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (values.length - 1));
}

/** How much of the spread is due to which demonstrations are shown, and how much to their order (METHODS 6). */
export function sensitivity(cells: readonly OrderCell[]): Sensitivity {
  const sets = [...new Set(cells.map((cell) => cell.set))];
  const within = sets.flatMap((set) => {
    const own = deviation(cells.filter((cell) => cell.set === set).map((cell) => cell.accuracy));
    return own === null ? [] : [own];
  });
  const first = sets.flatMap((set) => cells.find((cell) => cell.set === set && cell.order === 0)?.accuracy ?? []);
  return {
    cells,
    select: deviation(first),
    order: within.length === 0 ? null : Math.sqrt(within.reduce((sum, x) => sum + x * x, 0) / within.length),
    picked: { globalEntropy: pickedBy(cells, 'globalEntropy'), localEntropy: pickedBy(cells, 'localEntropy') },
  };
}

function pickedBy(cells: readonly OrderCell[], name: 'globalEntropy' | 'localEntropy'): number {
  const best = new Map<number, OrderCell>();
  for (const cell of cells) {
    const so = best.get(cell.set);
    if (so === undefined || cell[name] > so[name]) best.set(cell.set, cell);
  }
  return best.size === 0 ? 0 : [...best.values()].reduce((sum, cell) => sum + cell.accuracy, 0) / best.size;
}

/** The orders that are tried for `count` demonstrations: the arm's own first, then others, all different. */
export function ordersToTry(count: number, wanted: number, random: Parameters<typeof candidateOrders>[1]): number[][] {
  return candidateOrders(count, random).slice(0, Math.max(1, wanted));
}

/** Demonstrations in the order given, whatever the selector thinks of their relevance. */
const inOrder =
  (select: SelectFor, order: readonly number[]): SelectFor =>
  (query) => {
    const chosen = [...select(query)].reverse();
    return order.flatMap((i) => chosen[i] ?? []);
  };

export interface OrderInput {
  readonly work: Work;
  readonly arm: Arm;
  readonly sets: number;
  readonly orders: number;
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly onCell: (cells: readonly OrderCell[], total: number) => void;
}

/**
 * Accuracy of one arm for several sets of demonstrations (one a trial) and several orders of each. The first order is that
 * of relevance, nearest last. An order of few demonstrations can be tried in full: all 24 of four.
 */
export async function runOrders({ work, arm, sets, orders, limit, signal, onCell }: OrderInput): Promise<OrderCell[]> {
  const { setting } = work;
  const queries = setting.queries.slice(0, limit);
  const labels = setting.dataset.labels;
  const asGiven: Arm = { ...arm, order: 'nearest-first' };
  const done: OrderCell[] = [];
  for (let set = 0; set < sets; set++) {
    const select = await work.selections.of(arm, set);
    const shown = Math.min(arm.shots, setting.pool.length);
    const tried = ordersToTry(shown, orders, trialStream(setting, set, 'probe/orders'));
    for (const [order, places] of tried.entries()) {
      throwIfAborted(signal);
      const records = await answerWith(
        work,
        inOrder(select, places),
        queries.map((query) => ({ arm: asGiven, trial: set, query })),
      );
      done.push({ set, order, ...orderFigures(records, labels) });
      onCell([...done], sets * tried.length);
    }
  }
  return done;
}

function orderFigures(records: readonly CellRecord[], labels: Work['setting']['dataset']['labels']) {
  const scored = records.filter((record) => record.prediction.kind === 'label');
  const answers = scored.map(({ prediction }) =>
    labels.findIndex(({ id }) => prediction.kind === 'label' && prediction.label === id),
  );
  const right = scored.filter(
    ({ prediction, gold }) => prediction.kind === 'label' && prediction.label === gold,
  ).length;
  return {
    accuracy: records.length === 0 ? 0 : right / records.length,
    globalEntropy: globalEntropy(answers, labels.length),
    localEntropy: localEntropy(scored.map((record) => record.calibrated)),
  };
}
