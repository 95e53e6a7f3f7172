import { balanced } from './balanced.ts';
import { bm25 } from './bm25.ts';
import { dpp } from './dpp.ts';
import { ker, kerQuery } from './ker.ts';
import { mmr } from './mmr.ts';
import { oracle } from './oracle.ts';
import { random } from './random.ts';
import type { Selector } from './selector.ts';
import { topk } from './topk.ts';
import { votek } from './vote-k.ts';

/** Every selector, by its `type` in specs and links. A new one is a file and a line here. */
export const selectors = {
  random,
  balanced,
  topk,
  bm25,
  ker,
  'ker-query': kerQuery,
  mmr,
  dpp,
  'vote-k': votek,
  oracle,
} satisfies Record<string, Pick<Selector, 'type'>>;
