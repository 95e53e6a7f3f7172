import { type Caches, PARTS } from './parts.ts';

/** A part that is kept of a file, by its key in the cache and the file's address. */
export interface KeptPart {
  readonly key: string;
  readonly url: string;
}

/** Parts of every file. Unlike `Parts` this throws where the caches are refused. */
export async function keptParts(caches: Caches): Promise<KeptPart[]> {
  const keys = await (await caches.open(PARTS)).keys();
  return keys.map(({ url }) => ({ key: url, url: url.replace(/[?&]part=\d+$/u, '') }));
}

/** Deletes all parts of some files, also those behind a gap. */
export async function dropParts(caches: Caches, urls: ReadonlySet<string>): Promise<void> {
  const box = await caches.open(PARTS);
  for (const { key, url } of await keptParts(caches)) if (urls.has(url)) await box.delete(key);
}
