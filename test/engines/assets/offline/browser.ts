import { createHash } from 'node:crypto';
import type { Place } from '../../../../src/engines/assets/offline/place.ts';
import type { PublishedFile } from '../../../../src/engines/assets/offline/published.ts';

export const SCOPE = 'https://host.test/page/';

/** The browser's caches, by name and address. */
export class FakeCaches {
  readonly boxes = new Map<string, Map<string, Response>>();

  async open(name: string): Promise<Cache> {
    const box = this.boxes.get(name) ?? new Map<string, Response>();
    this.boxes.set(name, box);
    return {
      match: async (url: string) => box.get(url)?.clone(),
      put: async (url: string, response: Response) => void box.set(url, new Response(await response.blob(), response)),
      delete: async (url: string) => box.delete(url),
      keys: async () => [...box.keys()].map((url) => ({ url })),
    } as unknown as Cache;
  }

  async keys(): Promise<string[]> {
    return [...this.boxes.keys()];
  }

  async delete(name: string): Promise<boolean> {
    return this.boxes.delete(name);
  }
}

/** A server and the browser's own cache before it, as `fetch` shows them. */
export class FakeNet {
  /** What the server has, by path. */
  readonly sent = new Map<string, string>();
  /** What the browser's own cache has. */
  readonly cached = new Map<string, string>();
  readonly asked: string[] = [];
  down = false;

  readonly fetch = async (where: string | Request, { cache = 'default', integrity }: RequestInit = {}) => {
    const url = typeof where === 'string' ? where : where.url;
    const path = new URL(url).pathname.slice('/page/'.length);
    const own = cache === 'reload' ? undefined : this.cached.get(path);
    if (own === undefined && cache !== 'only-if-cached') this.asked.push(path);
    const body = own ?? (this.down || cache === 'only-if-cached' ? undefined : (this.sent.get(path) ?? null));
    if (body === undefined) throw new TypeError('Failed to fetch');
    if (integrity !== undefined && integrity !== `sha256-${sha256(body ?? '')}`) throw new TypeError('Failed to fetch');
    return new Response(body, { status: body === null ? 404 : 200, headers: { 'x-from': 'server' } });
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

const file = (text: string, onUse = false): PublishedFile => ({ sha256: sha256(text), bytes: text.length, onUse });

export const pageOf = (version: string): string =>
  `<title>Page</title><meta name="knowshot-build" content="${version}">`;

/** A build of a page, one part of it, data, and a second model that is kept when it is used. */
export function build(version: string, { caches, net }: { caches: FakeCaches; net: FakeNet }, data = 'data'): Place {
  const files = { '': pageOf(version), [`part-${version}.js`]: version, 'data.txt': data, 'same.txt': 'same' };
  return {
    scope: SCOPE,
    caches: caches as unknown as CacheStorage,
    fetch: net.fetch,
    published: {
      version,
      files: {
        ...Object.fromEntries(Object.entries(files).map(([path, text]) => [path, file(text)])),
        'twin.bin': file('twin', true),
      },
    },
  };
}

/** Puts a build on the server. */
export function publish(net: FakeNet, version: string, data = 'data'): void {
  net.sent.clear();
  net.sent.set('', pageOf(version)).set(`part-${version}.js`, version).set('data.txt', data);
  net.sent.set('same.txt', 'same').set('twin.bin', 'twin');
}
