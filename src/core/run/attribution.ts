import { shifts } from '../rumination/combine.ts';
import { type Piece, PLAIN, type Review } from '../rumination/rumination.ts';
import { arrangementOf } from './arrange.ts';
import { type Cell, scopeOf, type Work } from './cell.ts';
import { draftCell } from './draft.ts';
import { answersOf } from './together.ts';

/**
 * What each piece alone does to each label, in nats (METHODS 2.4 A): log p(label | piece) - log p(label) over the labels.
 * @returns one row a piece, or `null` where there is no room for them.
 */
export async function effectsOf(work: Work, cell: Cell, pieces: readonly Piece[]): Promise<number[][] | null> {
  const select = await work.selections.of(cell.arm, cell.trial);
  const arrangement = await arrangementOf(work, cell, select);
  const review: Review = {
    pieces,
    asks: [PLAIN, ...pieces.map((_, i) => ({ pieces: [i], order: 0 }))],
    combine: 'mixture',
  };
  const draft = await draftCell(work, cell, { review, read: 0, written: 0 }, select(cell.query), arrangement(cell));
  if (draft.fitted === null) return null;
  const [plain, ...rows] = answersOf(draft, await work.scorer.score(draft.requests, scopeOf([cell]))).rows;
  return rows.map((row) => shifts(row, plain ?? []));
}
