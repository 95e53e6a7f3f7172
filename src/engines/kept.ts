import { type Kept, type KeptList, type KeptPlaces, listKept, removeKept } from './hub/kept.ts';
import { readStorage } from './machine.ts';
import { ONNX_CACHE, onnxStore } from './transformers/store.ts';
import { webLlmStore } from './web-llm/store.ts';

export type { Kept } from './hub/kept.ts';

/** What this browser keeps of models and sentence embedders. */
export interface KeptHere extends KeptList {
  /** `false` of a page that may keep nothing, as over plain HTTP from another machine. */
  readonly keeps: boolean;
  /** Bytes that the browser lets the page keep, and that it keeps of everything; `null` where it does not tell. */
  readonly storage: { readonly quota: number; readonly usage: number } | null;
}

const places = (): KeptPlaces => ({
  caches,
  stores: new Map([
    ['web-llm', webLlmStore(caches)],
    ['transformers', onnxStore(caches)],
  ]),
  own: [ONNX_CACHE],
});

export async function keptHere(): Promise<KeptHere> {
  const storage = await readStorage(navigator);
  if (typeof caches === 'undefined') return { keeps: false, kept: [], bytes: 0, storage };
  return { keeps: true, ...(await listKept(places())), storage };
}

export const removeHere = (kept: Pick<Kept, 'engine' | 'repository'>): Promise<void> => removeKept(kept, places());
