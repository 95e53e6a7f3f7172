import { type Assets, readText } from '../../core/assets.ts';
import { loadDataset } from '../../core/data/bundled.ts';
import { type Card, parseCard } from '../../core/data/card.ts';
import type { Dataset } from '../../core/data/example.ts';
import type { OwnData } from '../../core/data/own.ts';
import { withEdits } from '../../core/knowledge/edits.ts';
import { loadKnowledge } from '../../core/knowledge/load.ts';
import type { Knowledge } from '../../core/knowledge/types.ts';
import { loadWordNet } from '../../core/knowledge/wordnet/load.ts';
import { useHost } from '../host.ts';
import { parseReviews, type Reviews } from './reviews.ts';

export interface BundledSet {
  readonly card: Card;
  readonly dataset: Dataset;
}

/** What the panel reads of the page's own files; what failed is tried again. */
export interface Library {
  set(id: string): Promise<BundledSet>;
  reviews(): Promise<Reviews>;
  base(): Promise<Knowledge>;
  knowledgeOf(own: Pick<OwnData, 'wordnet' | 'links'>): Promise<Knowledge>;
}

function createLibrary(assets: Assets): Library {
  const pending = new Map<string, Promise<unknown>>();
  const once = <T>(key: string, load: () => Promise<T>): Promise<T> => {
    const known = pending.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const promise = load();
    pending.set(key, promise);
    promise.catch(() => pending.delete(key));
    return promise;
  };
  const base = () => once('base', () => loadKnowledge(assets));
  return {
    set: (id) =>
      once(`set ${id}`, async () => {
        const where = `datasets/${id}/card.json`;
        const [dataset, card] = await Promise.all([loadDataset(assets, id), readText(assets, where)]);
        return { dataset, card: parseCard(card, where) };
      }),
    reviews: () =>
      once('reviews', async () => {
        const where = 'datasets/review.json';
        return parseReviews(await readText(assets, where), where);
      }),
    base,
    async knowledgeOf({ wordnet, links }) {
      const wide =
        wordnet === true ? await once('wordnet', async () => loadWordNet(assets, await base())) : await base();
      return withEdits(wide, links ?? []);
    },
  };
}

const libraries = new WeakMap<Assets, Library>();

export function useLibrary(): Library {
  const { assets } = useHost();
  let library = libraries.get(assets);
  if (library === undefined) {
    library = createLibrary(assets);
    libraries.set(assets, library);
  }
  return library;
}
