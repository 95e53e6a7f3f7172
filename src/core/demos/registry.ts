import { balanced } from './balanced.ts';
import { bm25 } from './bm25.ts';
import { dpp } from './dpp.ts';
import { entityOverlap } from './entity-overlap.ts';
import { instag } from './instag.ts';
import { kmeans } from './k-means.ts';
import { ker, kerQuery } from './ker.ts';
import { mdl } from './mdl.ts';
import { mmr } from './mmr.ts';
import { oracle } from './oracle.ts';
import { random } from './random.ts';
import type { Selector } from './selector.ts';
import { topk } from './topk.ts';
import { votek } from './vote-k.ts';
import { votekFull } from './vote-k-full.ts';

/** Every selector, by its `type` in specs and links. A new one is a file and a line here. */
export const selectors = {
  random,
  balanced,
  topk,
  bm25,
  ker,
  'ker-query': kerQuery,
  'entity-overlap': entityOverlap,
  mmr,
  dpp,
  'vote-k': votek,
  'vote-k-full': votekFull,
  'k-means': kmeans,
  mdl,
  instag,
  oracle,
} satisfies Record<string, Pick<Selector, 'type'>>;
