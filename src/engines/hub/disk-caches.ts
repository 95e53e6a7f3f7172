import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import type { Caches } from '../assets/parts.ts';

/** The browser's caches as folders: `FOLDER/NAME/HOST/PATH`, where a question mark is written `%3F`. */
export function diskCaches(folder: string): Caches & { readonly pathOf: (name: string, url: string) => string } {
  const pathOf = (name: string, url: string): string => {
    const { host, pathname, search } = new URL(url);
    return join(folder, name, host, `${pathname}${search.replaceAll('?', '%3F')}`);
  };
  return {
    pathOf,
    open: async (name) => ({
      async match(url) {
        const path = pathOf(name, url);
        return (await isThere(path))
          ? new Response(Readable.toWeb(createReadStream(path)) as ReadableStream)
          : undefined;
      },
      async put(url, response) {
        const path = pathOf(name, url);
        await mkdir(dirname(path), { recursive: true });
        // A process that is killed leaves no half file under the name of a whole one.
        const beside = `${path}.${process.pid}.new`;
        await writeFile(beside, new Uint8Array(await response.arrayBuffer()));
        await rename(beside, path);
      },
      async delete(url) {
        const path = pathOf(name, url);
        const there = await isThere(path);
        await rm(path, { force: true });
        return there;
      },
      async keys() {
        const root = join(folder, name);
        const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
        return entries
          .filter((entry) => entry.isFile())
          .map((entry) => {
            const inside = relative(root, join(entry.parentPath, entry.name)).split(sep).join('/');
            return { url: `https://${inside.replaceAll('%3F', '?')}` };
          });
      },
    }),
  };
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
