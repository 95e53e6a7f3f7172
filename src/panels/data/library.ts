import { readText } from '../../core/assets.ts';
import { loadDataset } from '../../core/data/bundled.ts';
import { type Card, parseCard } from '../../core/data/card.ts';
import type { Dataset } from '../../core/data/example.ts';
import type { OwnData } from '../../core/data/own.ts';
import { knowledgeFor } from '../../core/knowledge/for-data.ts';
import { loadKnowledge } from '../../core/knowledge/load.ts';
import type { Knowledge } from '../../core/knowledge/types.ts';
import { fetchAssets } from '../../engines/assets/fetch-assets.ts';
import { parseReviews, type Reviews } from './reviews.ts';

const assets = fetchAssets(new URL(import.meta.env.BASE_URL, document.baseURI).href);

export interface BundledSet {
  readonly card: Card;
  readonly dataset: Dataset;
}

/** Keeps what was loaded; what failed is tried again. */
function once<T>(load: () => Promise<T>): () => Promise<T> {
  let pending: Promise<T> | undefined;
  return () => {
    pending ??= load();
    pending.catch(() => {
      pending = undefined;
    });
    return pending;
  };
}

const sets = new Map<string, () => Promise<BundledSet>>();

export function loadSet(id: string): Promise<BundledSet> {
  let load = sets.get(id);
  if (load === undefined) {
    load = once(async () => {
      const where = `datasets/${id}/card.json`;
      const [dataset, card] = await Promise.all([loadDataset(assets, id), readText(assets, where)]);
      return { dataset, card: parseCard(card, where) };
    });
    sets.set(id, load);
  }
  return load();
}

export const loadReviews: () => Promise<Reviews> = once(async () =>
  parseReviews(await readText(assets, 'datasets/review.json'), 'datasets/review.json'),
);

export const loadBase: () => Promise<Knowledge> = once(() => loadKnowledge(assets));

export const ownKnowledge = async (own: Pick<OwnData, 'wordnet' | 'links'>): Promise<Knowledge> =>
  knowledgeFor(assets, await loadBase(), own);
