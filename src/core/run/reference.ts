import type { Reference } from '../calibration/calibrator.ts';
import type { Example } from '../data/example.ts';
import type { SelectFor } from '../demos/selector.ts';
import { dataError } from '../errors.ts';
import { throwIfAborted } from '../model/engine-error.ts';
import { shuffled } from '../random/stream.ts';
import { type Cell, trialStream, type Work } from './cell.ts';
import { calibratorOf, demosPerQuery } from './methods.ts';
import type { CellRecord } from './record.ts';
import { commonDemos } from './selection.ts';
import type { Setting } from './setting.ts';
import type { Arm } from './spec.ts';

type AnswerWith = (work: Work, select: SelectFor, cells: readonly Cell[]) => Promise<CellRecord[]>;

/** The fewest items that a temperature is fitted on. */
const FEWEST = 10;
const SLICE = 20;

/**
 * What the arm answers, without calibration, to the items that its calibration works on; once a trial. Those of the pool
 * are no demos of the prompt: where one set of demos serves all queries they are drawn from the rest, and where each
 * query has its own they are taken out of the pool that their own demos come from.
 * @returns what a cell reads of it; `null` where the calibration works on no other items.
 */
export async function referenceOf(
  work: Work,
  { arm, trial }: Cell,
  select: SelectFor,
  answer: AnswerWith,
): Promise<((cell: Cell) => Reference) | null> {
  const { setting } = work;
  const items = calibratorOf(arm).reference?.(arm.calibrate as never);
  if (items === undefined) return null;
  const { id: _id, name: _name, ...rest } = arm;
  const plain: Arm = { ...arm, calibrate: { type: 'none' } };
  const place = new Map(setting.queries.map((query, i) => [query.id, i]));
  const { logprobs, gold, places } = await setting.remember(
    ['reference', { ...rest, calibrate: items }, trial],
    async () => {
      if (items === 'queries') {
        return rowsOf(setting, await answerAll(work, select, setting.queries, plain, trial, answer), place);
      }
      const held = await holdOut(work, select, plain, trial, items.heldOut);
      return rowsOf(setting, await answerAll(work, held.select, held.items, plain, trial, answer), place);
    },
  );
  return ({ query }) => {
    const own = place.get(query.id) ?? 0;
    return { logprobs, gold, upTo: places.filter((at) => at <= own).length };
  };
}

/** What was scored, made once, so that what is worked out of the rows can be kept by them. */
function rowsOf(
  { answersOf, queries, pool }: Setting,
  records: readonly CellRecord[],
  place: ReadonlyMap<string, number>,
) {
  const scored = records.filter((record) => record.labelLogprobs.length > 0);
  const byId = new Map([...queries, ...pool].map((example) => [example.id, example]));
  return {
    logprobs: scored.map((record) => record.labelLogprobs),
    gold: scored.map(({ queryId, gold }) =>
      answersOf(byId.get(queryId) as Example).labels.findIndex(({ id }) => id === gold),
    ),
    places: scored.map(({ queryId }) => place.get(queryId) ?? 0),
  };
}

async function answerAll(
  work: Work,
  select: SelectFor,
  items: readonly Example[],
  arm: Arm,
  trial: number,
  answer: AnswerWith,
): Promise<CellRecord[]> {
  const records: CellRecord[] = [];
  for (let at = 0; at < items.length; at += SLICE) {
    throwIfAborted(work.setting.signal);
    work.setting.onPhase(`${arm.name}: ${at} of ${items.length} answers that calibration needs first`);
    const cells = items.slice(at, at + SLICE).map((query) => ({ arm, trial, query }));
    records.push(...(await answer(work, select, cells)));
  }
  return records;
}

async function holdOut({ setting, selections }: Work, select: SelectFor, arm: Arm, trial: number, count: number) {
  const perQuery = demosPerQuery(arm);
  const demos = perQuery ? [] : commonDemos(setting, select);
  const used = new Set(demos.map(({ example }) => example.id));
  const free = setting.pool.filter((example) => !used.has(example.id));
  const items = shuffled(free, trialStream(setting, trial, 'calibrate/held-out')).slice(0, count);
  const left = setting.pool.filter((example) => !items.includes(example));
  if (items.length < FEWEST || (perQuery && left.length === 0)) {
    throw dataError(
      `"${arm.name}" fits its temperature on pool items that are no demos, at least ${FEWEST}, and the pool has ${free.length}. Give a larger pool, hold out fewer, or choose another calibration.`,
    );
  }
  if (!perQuery) return { items, select: () => demos };
  return { items, select: await selections.from(arm, trial, { pool: left, targets: items }) };
}
