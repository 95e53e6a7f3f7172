import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import { build, preview } from 'vite';

/** The built page, served, and a browser for it. */
export async function site(): Promise<{
  url: string;
  browser: Browser;
  /** Gzipped kB of the JavaScript that the page asks for before anybody touches it: files by name. */
  javascript: Record<string, number>;
  close: () => Promise<void>;
}> {
  const outDir = await mkdtemp(join(tmpdir(), 'knowshot-bench-'));
  await build({ build: { outDir, emptyOutDir: true }, logLevel: 'error' });
  const server = await preview({ build: { outDir }, preview: { port: 0 }, logLevel: 'error' });
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error('the preview server has no address');
  const javascript: Record<string, number> = {};
  for (const name of await readdir(join(outDir, 'assets'))) {
    if (name.endsWith('.js')) javascript[name] = gzipSync(await readFile(join(outDir, 'assets', name))).length / 1000;
  }
  return {
    url,
    browser,
    javascript,
    close: async () => {
      await browser.close();
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}
