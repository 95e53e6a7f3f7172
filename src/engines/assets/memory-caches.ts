import type { Caches } from './parts.ts';

/** Stands in where a page has no caches, as over plain HTTP from another machine: what is kept is gone with the tab. */
export function memoryCaches(): Caches {
  const boxes = new Map<string, Map<string, Uint8Array<ArrayBuffer>>>();
  return {
    async open(name) {
      const box = boxes.get(name) ?? new Map<string, Uint8Array<ArrayBuffer>>();
      boxes.set(name, box);
      return {
        match: async (url) => (box.has(url) ? new Response(box.get(url)) : undefined),
        put: async (url, response) => void box.set(url, new Uint8Array(await response.arrayBuffer())),
        delete: async (url) => box.delete(url),
        keys: async () => [...box.keys()].map((url) => ({ url })),
      };
    },
  };
}
