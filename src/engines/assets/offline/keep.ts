import { type Box, boxOf, find, otherBoxes, type Place, urlOf } from './place.ts';
import type { PublishedFile } from './published.ts';

/** So many files at a time: the run that is under way may still load something too. */
const AT_ONCE = 4;

/**
 * Keeps the files of this build: those that a session can need without a network and, of the others, those that an earlier
 * build kept here. What did not change is taken from there. Whatever arrives is checked against its SHA-256, so that all files
 * are of one build. Rejects where one does not come; what was kept until then stays, and the next attempt goes on from there.
 */
export async function keepPage(place: Place): Promise<void> {
  const [box, others] = await Promise.all([boxOf(place), otherBoxes(place)]);
  const waiting = Object.entries(place.published.files);
  const keepNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [path, file] = next;
      const url = urlOf(place, path);
      const before = (await Promise.all(others.map((other) => find(other, url)))).filter((kept) => kept !== undefined);
      if ((file.onUse && before.length === 0) || (await find(box, url)) !== undefined) continue;
      await box.put(url, (await same(before, file)) ?? (await download(place, url, file)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, keepNext));
}

/**
 * Keeps a file that was just used, or was in a session that this worker did not yet serve.
 * @param cache `only-if-cached`, where the browser's own cache alone says whether it was.
 */
export async function keepUsed(place: Place, path: string, cache: 'force-cache' | 'only-if-cached'): Promise<void> {
  const file = place.published.files[path];
  const [box, url] = [await boxOf(place), urlOf(place, path)];
  if (file === undefined || (await find(box, url)) !== undefined) return;
  try {
    const response = await place.fetch(url, { cache, mode: 'same-origin', integrity: `sha256-${file.sha256}` });
    if (response.ok) await box.put(url, response);
  } catch {
    // Not there, not right, or no room: it is fetched when it is needed, as it would be without a worker.
  }
}

/** All that is kept only when used, and was. */
export async function keepAllUsed(place: Place): Promise<void> {
  for (const [path, { onUse }] of Object.entries(place.published.files)) {
    if (onUse) await keepUsed(place, path, 'only-if-cached');
  }
}

async function same(kept: readonly Response[], { sha256 }: PublishedFile): Promise<Response | undefined> {
  for (const response of kept) {
    const digest = await crypto.subtle.digest('SHA-256', await response.clone().arrayBuffer());
    if (btoa(String.fromCharCode(...new Uint8Array(digest))) === sha256) return response;
  }
  return undefined;
}

/** From the browser's own cache where that has just this file, as after a session in which the page loaded it. */
async function download({ fetch }: Place, url: string, { sha256 }: PublishedFile): Promise<Response> {
  const ask = (cache: RequestCache) => fetch(url, { cache, integrity: `sha256-${sha256}`, priority: 'low' });
  const response = await ask('default').catch(() => ask('reload'));
  if (!response.ok) throw new Error(`The server answered ${response.status} for ${url}.`);
  // A browser opens no page that came by way of another address.
  return response.redirected ? new Response(response.body, response) : response;
}

/** How much of a build is here. */
export async function count(place: Place, box: Box): Promise<{ files: number; bytes: number }> {
  const all = Object.entries(place.published.files);
  const here = new Set((await box.keys()).map(({ url }) => url));
  const kept = all.filter(([path]) => here.has(urlOf(place, path)));
  return { files: kept.length, bytes: kept.reduce((sum, [, { bytes }]) => sum + bytes, 0) };
}
