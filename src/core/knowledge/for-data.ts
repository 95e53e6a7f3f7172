import type { Assets } from '../assets.ts';
import type { OwnData } from '../data/own.ts';
import { withEdits } from './edits.ts';
import type { Knowledge } from './types.ts';

/** The knowledge that own data ask for: with WordNet around the base, and with links put right by hand. */
export async function knowledgeFor(
  assets: Assets,
  base: Knowledge,
  own: Pick<OwnData, 'wordnet' | 'links'> | undefined,
): Promise<Knowledge> {
  // WordNet's reader comes with it.
  const wide = own?.wordnet === true ? await (await import('./wordnet/load.ts')).loadWordNet(assets, base) : base;
  return withEdits(wide, own?.links ?? []);
}
