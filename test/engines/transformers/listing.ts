import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const COMMIT = 'c0ffee'.padEnd(40, '0');

/** The files of a folder by their path in it. */
export function filesOf(folder: string): Map<string, Uint8Array> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length + 1), new Uint8Array(readFileSync(path))];
    }),
  );
}

/** What the hub says of a repository with these files: the graph is one of its large ones. */
export function hubListing(files: ReadonlyMap<string, Uint8Array>): string {
  const git = (data: Uint8Array) => createHash('sha1').update(`blob ${data.length}\0`).update(data).digest('hex');
  const siblings = [...files].map(([rfilename, data]) => ({
    rfilename,
    size: data.length,
    blobId: git(data),
    ...(rfilename.endsWith('.onnx') ? { lfs: { sha256: createHash('sha256').update(data).digest('hex') } } : {}),
  }));
  return JSON.stringify({ sha: COMMIT, siblings });
}
