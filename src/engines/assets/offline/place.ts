import type { Published } from './published.ts';

/** Where one build is kept, and with what; all of it is the browser's but `published`. */
export interface Place {
  /** Address of the page's folder, which ends with a slash. */
  readonly scope: string;
  readonly published: Published;
  readonly caches: Pick<CacheStorage, 'open' | 'keys' | 'delete'>;
  readonly fetch: (url: string | Request, init?: RequestInit) => Promise<Response>;
}

export type Box = Pick<Cache, 'match' | 'put' | 'delete' | 'keys'>;

/** Of the caches of this page's folder; other pages of the same host have their own. */
const prefixOf = ({ scope }: Place): string => `knowshot/offline${new URL(scope).pathname}`;

const nameOf = (place: Place): string => prefixOf(place) + place.published.version;

export const urlOf = ({ scope }: Place, path: string): string => new URL(path, scope).href;

/** The path that an address has in the page's folder; the page itself has the empty one. `null` outside. */
export function pathOf({ scope }: Place, url: string): string | null {
  const { origin, pathname } = new URL(url);
  const whole = origin + pathname;
  if (!whole.startsWith(scope)) return null;
  const path = whole.slice(scope.length);
  return path === 'index.html' ? '' : path;
}

/** The files of this build. */
export const boxOf = (place: Place): Promise<Box> => place.caches.open(nameOf(place));

async function otherNames(place: Place): Promise<string[]> {
  const prefix = prefixOf(place);
  const own = nameOf(place);
  const names = await place.caches.keys();
  return names.filter((name) => name.startsWith(prefix) && !name.slice(prefix.length).includes('/') && name !== own);
}

/** The files of other builds that are still here. */
export const otherBoxes = async (place: Place): Promise<Box[]> =>
  Promise.all((await otherNames(place)).map((name) => place.caches.open(name)));

/** Only when no page of another build is open any more. */
export async function dropOthers(place: Place): Promise<void> {
  for (const name of await otherNames(place)) await place.caches.delete(name);
}

/** What varies between requests of one file is never its content. */
export const find = (box: Box, url: string): Promise<Response | undefined> => box.match(url, { ignoreVary: true });
