import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cyclesOf, importsOf, layerViolations, lineCount, quantile, type Sources } from './check.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

function readSources(): Sources {
  const sources = new Map<string, string>();
  for (const entry of readdirSync(`${root}src`, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.tsx?$/u.test(entry.name) || entry.name.endsWith('.d.ts')) continue;
    const path = `${entry.parentPath}/${entry.name}`;
    sources.set(path.slice(root.length).replaceAll('\\', '/'), readFileSync(path, 'utf8'));
  }
  return sources;
}

const sources = readSources();

describe('source files', () => {
  it('are found', () => {
    expect(sources.size).toBeGreaterThan(40);
  });

  it('have no import cycle at run time', () => {
    expect(cyclesOf(sources)).toEqual([]);
  });

  it('import only what their layer may', () => {
    expect(layerViolations(sources)).toEqual([]);
  });

  it('have at most 500 lines, and nine of ten at most 300', () => {
    const lengths = [...sources].map(([path, text]) => ({ path, lines: lineCount(text) }));
    expect(lengths.filter(({ lines }) => lines > 500)).toEqual([]);
    expect(
      quantile(
        lengths.map(({ lines }) => lines),
        0.9,
      ),
    ).toBeLessThanOrEqual(300);
  });
});

describe('the checker', () => {
  const files = (record: Record<string, string>): Sources => new Map(Object.entries(record));

  it('sees every kind of import, and not those in comments', () => {
    const text = `
      import a from './a.ts';
      import { b, type C } from './b.ts';
      import type { D } from './d.ts';
      import { type E, type F } from './e.ts';
      import * as g from 'package-g';
      import './style.css';
      export { h } from './h.ts';
      export type { I } from './i.ts';
      export * from './j.ts';
      const k = await import('./k.ts');
      import {
        l,
        m,
      } from '@scope/l/deep.js';
      // import n from './n.ts';
      /* import o from './o.ts'; */
      const address = 'https://example.org'; import p from './p.ts';
    `;
    const found = Object.fromEntries(importsOf(text).map((i) => [i.specifier, i.typeOnly]));
    expect(found).toEqual({
      './a.ts': false,
      './b.ts': false,
      './d.ts': true,
      './e.ts': true,
      'package-g': false,
      './style.css': false,
      './h.ts': false,
      './i.ts': true,
      './j.ts': false,
      './k.ts': false,
      '@scope/l/deep.js': false,
      './p.ts': false,
    });
  });

  it('catches a cycle, also one of three files and of a file with itself', () => {
    expect(
      cyclesOf(
        files({
          'src/core/a.ts': "import { b } from './b.ts';",
          'src/core/b.ts': "import { c } from './deep/c.ts';",
          'src/core/deep/c.ts': "export { a } from '../a.ts';",
          'src/core/d.ts': "import { a } from './a.ts';",
          'src/core/e.ts': "import { e } from './e.ts';",
        }),
      ),
    ).toEqual([['src/core/a.ts', 'src/core/b.ts', 'src/core/deep/c.ts'], ['src/core/e.ts']]);
  });

  it('does not count a cycle of types', () => {
    expect(
      cyclesOf(
        files({
          'src/core/a.ts': "import { type B } from './b.ts';",
          'src/core/b.ts': "import { a } from './a.ts';\nimport type { C } from './c.ts';",
          'src/core/c.ts': "import { b } from './b.ts';",
        }),
      ),
    ).toEqual([]);
  });

  it.each([
    ['React in the core', 'src/core/a.ts', "import { useState } from 'react';", /package react/u],
    [
      'a built-in of Node in the core',
      'src/core/a.ts',
      "import { readFile } from 'node:fs/promises';",
      /package node:fs/u,
    ],
    ['an engine in the core', 'src/core/a.ts', "import { x } from '../engines/x.ts';", /core may not import engines/u],
    ['types of an engine in the core', 'src/core/a.ts', "import type { X } from '../engines/x.ts';", /core may not/u],
    ['the DOM in the core', 'src/core/a.ts', "document.querySelector('a');", /browser/u],
    ['storage in the core', 'src/core/a.ts', "localStorage.getItem('a');", /browser/u],
    ['the domain in the ui', 'src/ui/a.ts', "import { x } from '../core/x.ts';", /ui may not import core/u],
    ['an engine at run time in a panel', 'src/panels/a.tsx', "import { x } from '../engines/x.ts';", /panels may not/u],
    ['the app in a panel', 'src/panels/a.tsx', "import { x } from '../app/x.ts';", /panels may not import app/u],
    ['the app in the terminal', 'src/cli/a.ts', "import { x } from '../app/x.ts';", /cli may not import app/u],
    ['the terminal in the app', 'src/app/a.ts', "import { x } from '../cli/x.ts';", /app may not import cli/u],
    ['a lazy import against the layers', 'src/core/a.ts', "await import('../app/x.ts');", /core may not import app/u],
    ['a worker against the layers', 'src/core/a.ts', "new URL('../engines/x.ts', import.meta.url);", /core may not/u],
    ['a file beside the layers', 'src/helpers.ts', '', /in no layer/u],
  ])('catches %s', (_what, path, text, message) => {
    const others = { 'src/engines/x.ts': '', 'src/core/x.ts': '', 'src/app/x.ts': '', 'src/cli/x.ts': '' };
    const problems = layerViolations(files({ ...others, [path]: text }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });

  it('lets through what the layers allow', () => {
    expect(
      layerViolations(
        files({
          'src/core/y.ts': "// window.open()\nconst title = 'a point process. Then';",
          'src/core/x.ts': "import * as v from 'valibot';\nimport { sha256 } from '@noble/hashes/sha2.js';",
          'src/engines/x.ts': "import { x } from '../core/x.ts';",
          'src/ui/x.tsx': "import { useState } from 'react';\nimport './x.css';",
          'src/panels/x.tsx':
            "import { x } from '../core/x.ts';\nimport type { Y } from '../engines/x.ts';\nimport '../ui/x.tsx';",
          'src/app/x.ts': "import '../panels/x.tsx';\nconst worker = new URL('../engines/x.ts', import.meta.url);",
          'src/cli/x.ts': "import { x } from '../engines/x.ts';\nimport { readFile } from 'node:fs';",
        }),
      ),
    ).toEqual([]);
  });

  it('counts lines and quantiles', () => {
    expect([lineCount('a\nb\n'), lineCount('a\nb'), lineCount('')]).toEqual([2, 2, 1]);
    expect(quantile([5, 1, 4, 2, 3, 6, 7, 8, 9, 10], 0.9)).toBe(9);
  });
});
