import type { Plugin } from 'vite';

/** How this page starts a worker; the path is the worker's own. */
const START = /new Worker\(new URL\('(\.\/[\w.-]+\.ts)', import\.meta\.url\)/gu;

/** The worker of the first run, and what starts it, which the page imports late but always. */
const FIRST = '/engines/embedded/worker.ts';
const START_OF_FIRST = '/engines/embedded/browser.ts';

/** The files that the first run needs. */
const OPENING = /(?:^|\/)(?:index|shared|page|engine|rolldown-runtime)-[\w-]+\.js$/u;

/** Vite's helper around `import()`, and what in it needs a document, which workers have not. */
const HELPER = 'vite/preload-helper';
const EDITS: readonly (readonly [string, string])[] = [
  ['deps && deps.length > 0', "deps && deps.length > 0 && typeof document !== 'undefined'"],
  ['window.dispatchEvent', 'globalThis.dispatchEvent'],
];

/**
 * Bundles the workers with the page. Vite alone would bundle each for itself, and what page and worker both import would be
 * loaded twice. What the first run needs is in three files: what page and workers share, the rest of the page, and the rest of
 * the first worker; all else comes later, in files of its own.
 */
export function sharedWorkers(): Plugin {
  const workers = new Set<string>();
  let shared = new Set<string>();
  let page = new Set<string>();
  let engine = new Set<string>();
  const groups = [
    { name: 'shared', test: (id: string) => shared.has(id), priority: 3 },
    { name: 'page', test: (id: string) => page.has(id), priority: 2 },
    { name: 'engine', test: (id: string) => engine.has(id), priority: 1 },
  ];
  return {
    name: 'knowshot:shared-workers',
    apply: 'build',
    enforce: 'pre',
    config: () => ({
      build: {
        modulePreload: {
          // What comes late need not ask again for what is there from the beginning, nor for what it imports anyway.
          resolveDependencies: (imported, files, { hostType }) =>
            hostType === 'html' ? files : files.filter((file) => file !== imported && !OPENING.test(file)),
        },
        rolldownOptions: { output: { codeSplitting: { groups } } },
      },
    }),
    async transform(code, id) {
      if (id.includes(HELPER)) return { code: withoutDocument(code), map: null };
      if (!/\/src\/.*\.tsx?$/u.test(id) || !code.includes('new Worker(')) return null;
      const places = new Map<string, string>();
      for (const [, path = ''] of code.matchAll(START)) {
        const file = await this.resolve(path, id);
        if (file === null) throw new Error(`${id} starts a worker from ${path}, where nothing is.`);
        const [name, folder] = file.id.replace(/\.ts$/u, '').split('/').reverse();
        workers.add(file.id);
        places.set(path, this.emitFile({ type: 'chunk', id: file.id, name: `${folder}-${name}` }));
      }
      if (places.size === 0) return null;
      const started = code.replaceAll(START, (_, path) => `new Worker(import.meta.ROLLUP_FILE_URL_${places.get(path)}`);
      return { code: started, map: null };
    },
    buildEnd() {
      const reach = (starts: readonly string[], also: 'late too' | 'at once'): Set<string> => {
        const found = new Set(starts);
        for (const id of found) {
          const info = this.getModuleInfo(id);
          for (const next of info?.importedIds ?? []) found.add(next);
          if (also === 'late too') for (const next of info?.dynamicallyImportedIds ?? []) found.add(next);
        }
        return found;
      };
      const ids = [...this.getModuleIds()];
      page = reach(
        ids.filter((id) => (this.getModuleInfo(id)?.isEntry && !workers.has(id)) || id.endsWith(START_OF_FIRST)),
        'at once',
      );
      // A worker must never get the page's own part, whatever it imports late.
      const inWorkers = reach([...workers], 'late too');
      shared = new Set([...page].filter((id) => inWorkers.has(id)));
      // Others may import from it too, so what begins the work of a worker stays in its own file.
      engine = reach(
        [...workers].filter((id) => id.endsWith(FIRST)),
        'at once',
      );
      for (const id of workers) engine.delete(id);
    },
  };
}

function withoutDocument(helper: string): string {
  return EDITS.reduce((code, [from, to]) => {
    if (!code.includes(from)) throw new Error(`Vite's helper around import() no longer says "${from}".`);
    return code.replaceAll(from, to);
  }, helper);
}
