import { createStore, useStore } from 'zustand';
import type { Imported } from '../../core/data/import/import-file.ts';
import type { OwnData } from '../../core/data/own.ts';

/** From a file to a set: where it comes from, what its columns are, then all that can be changed in it. */
export type Draft =
  | { readonly kind: 'source' }
  | { readonly kind: 'columns'; readonly imported: Imported }
  | { readonly kind: 'set'; readonly own: OwnData };

interface DraftState {
  readonly tab: string;
  readonly draft: Draft;
}

/** Kept outside the panel, so that another panel can be looked at in between. */
const store = createStore<DraftState>(() => ({ tab: 'sets', draft: { kind: 'source' } }));

export const useDraft = (): DraftState => useStore(store);

export const setTab = (tab: string): void => store.setState({ tab });

export const setDraft = (draft: Draft): void => store.setState({ draft });

export const editSet = (own: OwnData): void => store.setState({ tab: 'own', draft: { kind: 'set', own } });
