import type { LensLayer } from '../model/latent.ts';
import { arrangementOf } from './arrange.ts';
import type { Cell, Work } from './cell.ts';
import { draftCell } from './draft.ts';
import { reviews } from './reviews.ts';

/** The inside of the model while it answers, without and with what a latent rumination put into it. */
export interface LatentView {
  /** The logit lens at the end of the prompt, after 0, 1, ... all layers; log-probabilities of each label's first token. */
  readonly before: readonly LensLayer[];
  readonly after: readonly LensLayer[];
  /** Rows that were added to a feed-forward, and in which layer, from 0. */
  readonly rows: number;
  readonly layer: number | null;
  /** The last tokens of the prompt, and what each row does there: [token][row]. */
  readonly tokens: readonly string[];
  readonly activations: Float32Array;
}

/** Likeliest tokens that the lens tells of a layer. */
const TOP = 3;

/** @returns `null` where the rumination puts nothing into the model, or there is no room. */
export async function latentView(work: Work, cell: Cell, shownTokens: number): Promise<LatentView | null> {
  const { setting, scorer } = work;
  const select = await work.selections.of(cell.arm, cell.trial);
  const arrangement = await arrangementOf(work, cell, select);
  const [reviewed] = await reviews(work, [cell], select, arrangement);
  if (reviewed === undefined || reviewed.review === 'too-long') return null;
  const { injection } = reviewed.review;
  const draft = await draftCell(work, cell, reviewed, select(cell.query), arrangement(cell));
  if (injection === undefined || draft.fitted === null) return null;
  const { prompt, tokens } = draft.fitted;
  const words = setting.answersOf(cell.query);
  const request = {
    prompt,
    // The start token is not among them.
    last: Math.min(shownTokens, tokens - 1),
    layers: [],
    lens: { top: TOP, continuations: words.labels.map(({ id }) => ` ${words.wordOf(id)}`) },
  };
  const before = await scorer.inspect(request);
  const after = await scorer.inspect({ ...request, injection });
  return {
    before: before.lens,
    after: after.lens,
    rows: after.activations.length / after.tokens.length,
    layer: injection.ffn?.layer ?? null,
    tokens: after.tokens,
    activations: after.activations,
  };
}
