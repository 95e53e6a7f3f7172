/** The browser's own caches, or a stand-in for them. */
export interface Caches {
  open(name: string): Promise<Box>;
}

export interface Box {
  match(url: string): Promise<Response | undefined>;
  put(url: string, response: Response): Promise<void>;
  delete(url: string): Promise<boolean>;
  keys(): Promise<readonly { readonly url: string }[]>;
}

/** Keeps what has arrived of a file, so that a later attempt, also after the tab was closed, goes on from there. */
export interface Parts {
  /** What is here, from the file's start. */
  read(url: string): Promise<readonly Uint8Array<ArrayBuffer>[]>;
  /** @param index of the part, from 0. */
  write(url: string, index: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  drop(url: string): Promise<void>;
}

/** Name of the cache that holds them. */
export const PARTS = 'knowshot/parts';

/** Parts in the browser's caches. Where those are refused or full nothing is kept, and an attempt begins at the start. */
export function cachedParts(caches: Caches): Parts {
  const keyOf = (url: string, index: number) => `${url}${url.includes('?') ? '&' : '?'}part=${index}`;
  const box = () => caches.open(PARTS);
  return {
    async read(url) {
      const found: Uint8Array<ArrayBuffer>[] = [];
      try {
        const own = await box();
        for (;;) {
          const response = await own.match(keyOf(url, found.length));
          if (response === undefined) return found;
          found.push(new Uint8Array(await response.arrayBuffer()));
        }
      } catch {
        return [];
      }
    },
    async write(url, index, bytes) {
      try {
        await (await box()).put(keyOf(url, index), new Response(bytes));
      } catch {}
    },
    async drop(url) {
      try {
        const own = await box();
        for (let index = 0; await own.delete(keyOf(url, index)); index++);
      } catch {}
    },
  };
}

/** Those of this browser, where it has any: a page over plain HTTP from another machine has none. */
export const browserParts = (): Parts | undefined => (typeof caches === 'undefined' ? undefined : cachedParts(caches));
