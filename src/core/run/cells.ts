import type { SelectFor } from '../demos/selector.ts';
import { arrangementOf } from './arrange.ts';
import { type Cell, scopeOf, type Work } from './cell.ts';
import { decide } from './decide.ts';
import { type Draft, draftCell } from './draft.ts';
import { finish, tallied } from './finish.ts';
import { answererOf } from './methods.ts';
import type { CellRecord } from './record.ts';
import { referenceOf } from './reference.ts';
import { type Reviewed, reviews } from './reviews.ts';
import type { MaybeInjected } from './scorer.ts';
import { tunedOf } from './tune.ts';

/** The records of cells of one arm and trial, in order. Prompts and priors of all are scored in one batch. */
export async function answerCells(work: Work, cells: readonly Cell[]): Promise<CellRecord[]> {
  const [first] = cells;
  return first === undefined ? [] : answerWith(work, await work.selections.of(first.arm, first.trial), cells);
}

export async function answerWith(work: Work, select: SelectFor, cells: readonly Cell[]): Promise<CellRecord[]> {
  const { setting, scorer } = work;
  const [first] = cells;
  if (first === undefined) return [];
  if (!answererOf(first.arm).asks) return cells.map((cell) => tallied(setting, cell, select(cell.query)));
  const reference = await referenceOf(work, first, select, answerWith);
  const drafts = await draftsOf(work, select, [first, ...cells.slice(1)]);
  const results = await scorer.score(drafts.flatMap(allRequests), scopeOf(cells));
  let at = 0;
  return drafts.map((draft) => {
    const own = results.slice(at, at + allRequests(draft).length);
    at += own.length;
    return finish(setting, draft, own, reference?.(draft.cell));
  });
}

/** Cells of one arm and trial as far as the model is asked for their answers, in order. */
export async function draftsOf(work: Work, select: SelectFor, cells: readonly [Cell, ...Cell[]]): Promise<Draft[]> {
  const arrangement = await arrangementOf(work, cells[0], select);
  const tuned = await tunedOf(work, cells[0], select, arrangement);
  const reviewed = await reviews(work, cells, select, arrangement);
  const drafts: Draft[] = [];
  for (const [i, cell] of cells.entries()) {
    const draft = (demos: ReturnType<SelectFor>) =>
      draftCell(work, cell, reviewed[i] as Reviewed, demos, arrangement(cell), tuned);
    drafts.push(
      select.sets === undefined ? await draft(select(cell.query)) : await decide(work, select.sets(cell.query), draft),
    );
  }
  return drafts;
}

/** What the model is asked for an answer: its own prompts, then those of its prior. */
export const allRequests = ({ requests, plan, context, tuned }: Draft): MaybeInjected[] => [
  ...requests,
  ...(plan?.prompts ?? []).map((prompt) => ({
    prompt,
    continuations: context.words.continuations,
    ...(plan?.firstToken === true ? { firstToken: true } : {}),
    ...(tuned === null ? {} : { injection: { prefix: tuned.prefix } }),
  })),
];
