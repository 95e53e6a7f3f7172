import { softmax } from '../calibration/logspace.ts';
import { entropy } from '../demos/entropy.ts';
import type { Selected } from '../demos/selector.ts';
import { scopeOf, type Work } from './cell.ts';
import type { Draft } from './draft.ts';
import { answersOf } from './together.ts';

/** Of several sets of demos, the draft whose answer has the lowest entropy; the first of those that tie. */
export async function decide(
  { scorer }: Work,
  sets: readonly (readonly Selected[])[],
  draft: (demos: readonly Selected[]) => Promise<Draft>,
): Promise<Draft> {
  const drafts: Draft[] = [];
  for (const demos of sets) drafts.push(await draft(demos));
  const results = await scorer.score(
    drafts.flatMap((d) => d.requests),
    scopeOf(drafts.map((d) => d.cell)),
  );
  let at = 0;
  const entropies = drafts.map((draft) => {
    const own = results.slice(at, at + draft.requests.length);
    at += own.length;
    const value = own.length === 0 ? Number.NaN : entropy(softmax(answersOf(draft, own).logprobs));
    return Number.isNaN(value) ? Infinity : value;
  });
  return drafts[entropies.indexOf(Math.min(...entropies))] as Draft;
}
