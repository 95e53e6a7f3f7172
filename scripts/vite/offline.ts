import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin, type ResolvedConfig, type Rolldown } from 'vite';
import { META, type Published, type PublishedFile } from '../../src/engines/assets/offline/published.ts';

const WORKER = fileURLToPath(new URL('../../src/engines/assets/offline/service-worker.ts', import.meta.url));
const WORKER_FILE = 'service-worker.js';

/** What a reader may open but the page never does: cards, licences, and the sources of what is in the knowledge base. */
const UNREAD = [/\.md$/u, /(?:^|\/)LICENSE$/u, /^knowledge\/(?:areas\/|relations\.tsv$|cautions\.tsv$)/u];

/** The model of the default experiment is kept in any case, others when they are used; their manifests say what there is. */
const OTHER_MODEL = /^models\/(?!knowshot-mini\/).*(?<!\/manifest\.json)$/u;

/** Engines of models that are downloaded. Some of their files are larger than all the rest. */
const LARGE = /[\\/]node_modules[\\/](?:@mlc-ai[\\/]web-llm|@xenova[\\/]transformers|onnxruntime-web)[\\/]/u;

/** The version, where it is named already. */
const NAMED = new RegExp(`<meta name="${META}" content="[0-9a-f]+">`, 'u');

/** Writes the service worker that keeps the built page for use without a network, with the list of all that is in it. */
export function offline(): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'knowshot:offline',
    apply: 'build',
    configResolved(resolved) {
      config = resolved;
    },
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler(_, bundle) {
        const large = new Set(
          Object.values(bundle)
            .filter(isLarge)
            .map(({ fileName }) => fileName),
        );
        await writeOffline(resolve(config.root, config.build.outDir), large, config.build.target);
      },
    },
  };
}

function isLarge(output: Rolldown.OutputAsset | Rolldown.OutputChunk): boolean {
  const from = output.type === 'chunk' ? output.moduleIds : output.originalFileNames.map((name) => resolve(name));
  return from.length > 0 && from.every((id) => LARGE.test(id));
}

/**
 * For a page that is built: names its version in `index.html`, and puts the worker beside that.
 * @param folder of the built page.
 * @param large paths in it that are kept only once they were used.
 */
export async function writeOffline(
  folder: string,
  large: ReadonlySet<string>,
  target: ResolvedConfig['build']['target'] = false,
): Promise<Published> {
  const page = join(folder, 'index.html');
  const html = (await readFile(page, 'utf8')).replace(NAMED, '');
  await writeFile(page, html);
  const files = await filesOf(folder, large);
  const version = hash('hex', JSON.stringify(files)).slice(0, 16);
  if (!html.includes('</title>')) throw new Error(`${page} has no title, after which its version is to stand.`);
  const named = html.replace('</title>', `</title><meta name="${META}" content="${version}">`);
  await writeFile(page, named);
  const published: Published = { version, files: { ...files, '': fileOf(Buffer.from(named), false) } };
  const built = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    define: { PUBLISHED: JSON.stringify(published) },
    build: {
      target,
      write: false,
      // One file that is no module: not every browser takes modules here.
      rolldownOptions: { input: WORKER, output: { format: 'iife' } },
    },
  });
  const [output] = (Array.isArray(built) ? built : [built]) as [Rolldown.RolldownOutput];
  const [{ code }] = output.output;
  await writeFile(join(folder, WORKER_FILE), code);
  return published;
}

const hash = (encoding: 'hex' | 'base64', data: string | Buffer): string =>
  createHash('sha256').update(data).digest(encoding);

const fileOf = (data: Buffer, onUse: boolean): PublishedFile => ({
  sha256: hash('base64', data),
  bytes: data.length,
  onUse,
});

/** All files that the page can ask for, in the order of their paths. */
async function filesOf(folder: string, large: ReadonlySet<string>): Promise<Published['files']> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== WORKER_FILE && !UNREAD.some((pattern) => pattern.test(path)))
    .sort();
  const files: Record<string, PublishedFile> = {};
  for (const path of paths) {
    const onUse = large.has(path) || OTHER_MODEL.test(path);
    files[path === 'index.html' ? '' : path] = fileOf(await readFile(join(folder, path)), onUse);
  }
  return files;
}
