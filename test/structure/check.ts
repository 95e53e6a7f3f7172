/** The layers of the code and who may import whom (DESIGN 2). Works on a map from path to text, so that it can be tested. */
export type Sources = ReadonlyMap<string, string>;

export interface Import {
  readonly specifier: string;
  /** Gone after compilation: `import type`, or only `type` names in braces. */
  readonly typeOnly: boolean;
}

const LAYERS = ['core', 'ui', 'engines', 'labs', 'panels', 'app', 'cli'] as const;
type Layer = (typeof LAYERS)[number];

/** What a layer may import beside itself. */
const ALLOWED: Readonly<Record<Layer, readonly Layer[]>> = {
  core: [],
  ui: [],
  engines: ['core'],
  labs: ['core', 'ui', 'engines'],
  panels: ['core', 'ui'],
  app: ['core', 'ui', 'engines', 'labs', 'panels'],
  cli: ['core', 'engines'],
};

/** Of these a layer may import types only. */
const TYPES_ONLY: Readonly<Partial<Record<Layer, readonly Layer[]>>> = { panels: ['engines'] };

const CORE_PACKAGES = new Set([
  'valibot',
  'pure-rand',
  'canonicalize',
  'fflate',
  'papaparse',
  '@noble/hashes',
  'hyparquet',
  'hyparquet-compressors',
]);

const BROWSER_NAMES =
  /\b(?:window|navigator|localStorage|sessionStorage|indexedDB|globalThis|process|self)\s*[.[(]|\bdocument\.(?:create|query|body|get|head)|\bfetch\(/u;

function withoutComments(text: string): string {
  return text.replace(
    /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\*[\s\S]*?\*\/|(?<!:)\/\/[^\n]*/gu,
    (all, string) => (string === undefined ? all.replace(/[^\n]/gu, ' ') : all),
  );
}

const withoutStrings = (text: string): string => text.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/gu, "''");

const STATEMENT = /(?:^|[\n;])\s*(import|export)\s+(type\s+)?((?:[\w*\s{},$]|\sas\s)*?)\s*from\s*['"]([^'"]+)['"]/gu;
const BARE = /(?:^|[\n;])\s*import\s*['"]([^'"]+)['"]/gu;
const DYNAMIC = /\bimport\s*\(\s*['"]([^'"]+)['"]\s*\)/gu;
const WORKER = /new\s+URL\(\s*['"]([^'"]+\.tsx?)['"]\s*,\s*import\.meta\.url/gu;

const namesAreTypes = (clause: string): boolean => {
  const braces = /^\s*\{([^}]*)\}\s*$/u.exec(clause)?.[1];
  if (braces === undefined) return false;
  const names = braces.split(',').map((name) => name.trim());
  return names.every((name) => name === '' || name.startsWith('type '));
};

export function importsOf(source: string): Import[] {
  const text = withoutComments(source);
  const statements = [...text.matchAll(STATEMENT)].map(
    ([, , type, clause = '', specifier = '']): Import => ({
      specifier,
      typeOnly: type !== undefined || namesAreTypes(clause),
    }),
  );
  const others = [BARE, DYNAMIC].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, specifier = '']): Import => ({ specifier, typeOnly: false })),
  );
  return [...statements, ...others];
}

/** A worker's file is loaded by address: it runs apart, so that it counts for the layers and not for cycles. */
const workersOf = (source: string): string[] =>
  [...withoutComments(source).matchAll(WORKER)].map(([, specifier = '']) => specifier);

function resolve(from: string, specifier: string, sources: Sources): string | undefined {
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.replace(/\?.*$/u, '').split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  const path = parts.join('/');
  return [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`].find((candidate) => sources.has(candidate));
}

const isRelative = (specifier: string): boolean => specifier.startsWith('.');

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

const layerOf = (path: string): Layer | undefined => LAYERS.find((layer) => path.startsWith(`src/${layer}/`));

/** Groups of files that import each other at run time, each sorted. Types do not count. */
export function cyclesOf(sources: Sources): string[][] {
  const edges = new Map(
    [...sources].map(([path, text]) => [
      path,
      importsOf(text).flatMap(({ specifier, typeOnly }) => {
        const target = typeOnly || !isRelative(specifier) ? undefined : resolve(path, specifier, sources);
        return target === undefined ? [] : [target];
      }),
    ]),
  );
  // Tarjan's strongly connected components
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];
  const visit = (path: string): void => {
    const number = order.size;
    order.set(path, number);
    low.set(path, number);
    stack.push(path);
    for (const next of edges.get(path) ?? []) {
      if (!order.has(next)) visit(next);
      if (stack.includes(next)) low.set(path, Math.min(low.get(path) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(path) !== number) return;
    const group = stack.splice(stack.indexOf(path));
    if (group.length > 1 || (edges.get(path) ?? []).includes(path)) cycles.push(group.sort());
  };
  for (const path of sources.keys()) if (!order.has(path)) visit(path);
  return cycles;
}

/** One sentence for each import that goes against the layers, and each name of the browser in the core. */
export function layerViolations(sources: Sources): string[] {
  const problems: string[] = [];
  for (const [path, text] of sources) {
    const layer = layerOf(path);
    if (layer === undefined) {
      problems.push(`${path} is in no layer`);
      continue;
    }
    if (layer === 'core' && BROWSER_NAMES.test(withoutStrings(withoutComments(text)))) {
      problems.push(`${path} names something of the browser or of Node`);
    }
    const found = [...importsOf(text), ...workersOf(text).map((specifier): Import => ({ specifier, typeOnly: false }))];
    for (const { specifier, typeOnly } of found) {
      if (!isRelative(specifier)) {
        if (layer === 'core' && !CORE_PACKAGES.has(packageOf(specifier))) {
          problems.push(`${path} imports the package ${packageOf(specifier)}, which the core does not know`);
        }
        continue;
      }
      const target = resolve(path, specifier, sources);
      const to = target === undefined ? undefined : layerOf(target);
      if (to === undefined || to === layer || ALLOWED[layer].includes(to)) continue;
      if (typeOnly && TYPES_ONLY[layer]?.includes(to) === true) continue;
      problems.push(`${path} imports ${target}: ${layer} may not import ${to}`);
    }
  }
  return problems;
}

export const lineCount = (text: string): number => text.replace(/\n$/u, '').split('\n').length;

/** The value below which this share of the numbers lies. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
