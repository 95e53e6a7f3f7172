import type { Assets } from '../../assets.ts';
import { bytesDigest } from '../../hash.ts';
import type { Knowledge } from '../types.ts';
import { withWordNet } from './extend.ts';
import { decodeNouns } from './format.ts';

export const NOUNS = 'knowledge/wordnet/nouns.bin';

/** The base with WordNet around it; read only where it is asked for. */
export async function loadWordNet(assets: Assets, base: Knowledge): Promise<Knowledge> {
  const bytes = await assets.read(NOUNS);
  return withWordNet(base, decodeNouns(bytes, NOUNS), bytesDigest(bytes));
}
