import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, preview } from 'vite';
import type { TestProject } from 'vitest/node';

export interface Site {
  /** Address of the built page; `null` where there is no browser to open it. */
  readonly url: string | null;
  readonly chromium: string | null;
  /** Of the built page. */
  readonly folder: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    site: Site;
  }
}

const CANDIDATES = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'];

/** One build and one server for all end-to-end tests, in a folder of their own. */
export default async function setup(project: TestProject) {
  const chromium = CANDIDATES.find((path) => path !== undefined && path !== '' && existsSync(path)) ?? null;
  if (chromium === null) {
    project.provide('site', { url: null, chromium, folder: '' });
    return;
  }
  const outDir = await mkdtemp(join(tmpdir(), 'knowshot-e2e-'));
  // Vitest says "test" here, which would bundle React's development build.
  process.env.NODE_ENV = 'production';
  await build({ build: { outDir, emptyOutDir: true }, logLevel: 'error' });
  const server = await preview({ build: { outDir }, preview: { port: 0 }, logLevel: 'error' });
  project.provide('site', { url: server.resolvedUrls?.local[0] ?? null, chromium, folder: outDir });
  return async () => {
    await server.close();
    await rm(outDir, { recursive: true, force: true });
  };
}
