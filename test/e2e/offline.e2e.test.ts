import { appendFile, cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import { createServer, type PreviewServer, preview, type ViteDevServer } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeOffline } from '../../scripts/vite/offline.ts';
import { launch, reason, SWIFTSHADER, site } from './browser.ts';
import { keepingContext, linkOn, type Misdeeds, PlaygroundPage, smallLink } from './playground-page.ts';

const DONE = 240_000;
const BASE = '/in/a-folder/';

/** What stands beside the page and is not kept: documents, and the sources of the knowledge base. */
const DOCUMENTS = /\.md$|\/LICENSE$|^knowledge\/(?:areas\/.*|relations|cautions)\.tsv$|^service-worker\.js$/u;
/** What is kept when it was used. */
const ON_USE = /^models\/knowshot-mini-plain\/(?!manifest)|^assets\/(?:ort-wasm|lib-)/u;

describe.skipIf(site.url === null)(`the page without a network${reason}`, { timeout: 2 * DONE }, () => {
  const misdeeds: Misdeeds = { list: [] };
  let browser: Browser;
  let server: PreviewServer | ViteDevServer | undefined;
  let port = 0;

  beforeAll(async () => {
    browser = await launch(SWIFTSHADER);
  });
  afterAll(() => browser?.close());

  /** Serves a built page at the address of the one before. */
  const serve = async (folder: string) => {
    const started = await preview({
      base: BASE,
      build: { outDir: folder },
      preview: { port, strictPort: port !== 0 },
      logLevel: 'error',
    });
    server = started;
    port = Number(new URL(started.resolvedUrls?.local[0] ?? '').port);
  };
  const stop = async () => {
    await server?.close();
    server = undefined;
  };
  afterEach(stop);

  const keeping = async () => {
    const context = await keepingContext(browser);
    context.setDefaultTimeout(DONE);
    return context;
  };
  const open = (context: BrowserContext, place = smallLink({ limit: 4 }), deeds = misdeeds) =>
    PlaygroundPage.open(context, `http://localhost:${port}${BASE}${place}`, deeds);
  /** Until this browser keeps the page. */
  const kept = (tab: PlaygroundPage) =>
    tab.page.evaluate(async () => {
      while ((await navigator.serviceWorker.getRegistration()) === undefined)
        await new Promise((resolve) => setTimeout(resolve, 200));
      await navigator.serviceWorker.ready;
    });
  const closed = async (tab: PlaygroundPage) => {
    await tab.page.close();
    // The browser tells its worker of it a moment later.
    await new Promise((resolve) => setTimeout(resolve, 500));
  };
  /** A browser that keeps the built page, with no tab of it open; the server runs. */
  const keptBefore = async () => {
    await serve(site.folder);
    const context = await keeping();
    const first = await open(context);
    await kept(first);
    await closed(first);
    return context;
  };
  const read = (tab: PlaygroundPage, path: string) =>
    tab.page.evaluate(async (address) => (await fetch(address)).text(), path);

  it('keeps every file of the build but documents and what was not used', async () => {
    await serve(site.folder);
    const context = await keeping();
    const first = await open(context);
    await first.waitFor('done', DONE);
    await kept(first);
    const names = await first.page.evaluate(async () => {
      const names = (await caches.keys()).filter((name) => name.startsWith('knowshot/offline'));
      return Promise.all(
        names.map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)),
      );
    });
    const all = (await readdir(site.folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => relative(site.folder, join(entry.parentPath, entry.name)))
      .filter((path) => !DOCUMENTS.test(path));
    const wanted = all.filter((path) => !ON_USE.test(path));
    expect(names.map((paths) => paths.sort())).toEqual([
      wanted.map((path) => BASE + (path === 'index.html' ? '' : path)).sort(),
    ]);
    expect(all.length - wanted.length).toBe(7);
    await context.close();
  });

  it('opens, runs the default experiment and shows every panel, none of which was opened before', async () => {
    const context = await keptBefore();
    await stop();

    const tab = await open(context, '?from=home');
    await tab.waitFor('done', DONE);
    expect((await tab.record()).cells).toHaveLength(480);
    expect(await tab.page.evaluate(() => crossOriginIsolated)).toBe(true);
    for (const panel of ['Grid', 'Select', 'Calibrate', 'Probe', 'Data', 'Ruminate', 'Models']) {
      await tab.page.getByRole('button', { name: panel, exact: true }).click();
      await tab.page.getByRole('heading', { level: 1 }).waitFor();
      expect(await tab.page.getByRole('alert').allTextContents()).toEqual([]);
    }
    await tab.page
      .getByTestId('offline')
      .getByText(/ready\. .* \d+ MB in this browser/u)
      .waitFor();
    await tab.page.reload();
    await tab.page.getByRole('button', { name: 'Compare', exact: true }).click();
    await tab.accuracy('random').waitFor();
    await context.close();
  });

  it('has the twin too, once it was used', async () => {
    await serve(site.folder);
    const context = await keeping();
    const twin = linkOn({ engine: 'embedded', id: 'knowshot-mini-plain' }, 4);
    const first = await open(context, twin);
    await first.waitFor('done', DONE);
    await kept(first);
    await closed(first);
    await stop();
    const second = await open(context, linkOn({ engine: 'embedded', id: 'knowshot-mini-plain' }, 5));
    await second.waitFor('done', DONE);
    expect((await second.record()).model.id).toBe('knowshot-mini-plain');
    await context.close();
  });

  describe('with a newer build', () => {
    let newer: string;
    let newerVersion: string;
    const DATA = 'datasets/review.json';
    const isNewer = async (tab: PlaygroundPage) => (await read(tab, DATA)).endsWith('\n\n');

    beforeAll(async () => {
      newer = await mkdtemp(join(tmpdir(), 'knowshot-newer-'));
      await cp(site.folder, newer, { recursive: true });
      await appendFile(join(newer, DATA), '\n\n');
      const large = (await readdir(join(newer, 'assets'))).map((name) => `assets/${name}`);
      newerVersion = (await writeOffline(newer, new Set(large.filter((path) => ON_USE.test(path))))).version;
    });
    afterAll(() => rm(newer, { recursive: true, force: true }));

    it('lets an open tab, and one beside it, keep theirs, and says in Models that there is one', async () => {
      const context = await keptBefore();
      const tab = await open(context);
      await stop();
      await serve(newer);
      const beside = await open(context, `?panel=models${smallLink({ limit: 4 })}`);
      await beside.page.getByTestId('offline').getByText('A new version is ready').waitFor({ timeout: DONE });
      await beside.page.reload();
      await beside.page.getByTestId('offline').getByText('A new version is ready').waitFor({ timeout: DONE });
      expect([await isNewer(tab), await isNewer(beside)]).toEqual([false, false]);
      await closed(tab);
      await closed(beside);
      const next = await open(context);
      expect(await isNewer(next)).toBe(true);
      await context.close();
    });

    it('opens it next, also before it is kept, and without a network from then on', async () => {
      const context = await keptBefore();
      await stop();
      await serve(newer);
      const tab = await open(context);
      expect(await isNewer(tab)).toBe(true);
      // Only when the newer build is all here is the earlier one let go.
      await tab.page.evaluate(async (version) => {
        const kept = async () => (await caches.keys()).filter((name) => name.startsWith('knowshot/offline'));
        const isIt = (names: string[]) => names.length === 1 && names[0]?.endsWith(`/${version}`) === true;
        while (!isIt(await kept())) await new Promise((resolve) => setTimeout(resolve, 200));
      }, newerVersion);
      await stop();
      await tab.page.reload();
      await tab.waitFor('done', DONE);
      expect(await isNewer(tab)).toBe(true);
      await context.close();
    });

    it('reloads a tab that is alone into it', async () => {
      const context = await keptBefore();
      const tab = await open(context);
      await stop();
      await serve(newer);
      await tab.page.reload();
      expect(await isNewer(tab)).toBe(true);
      await context.close();
    });
  });

  it('is never kept from the development server, which lets an earlier build go', async () => {
    const context = await keptBefore();
    await stop();
    process.env.NODE_ENV = 'development';
    const developing = await createServer({ base: BASE, server: { port, strictPort: true }, logLevel: 'error' });
    try {
      await developing.listen();
      const tab = await open(context, '', { list: [] });
      expect(await tab.page.locator('script[src$="/src/app/main.tsx"]').count()).toBe(1);
      await tab.accuracy('random').waitFor({ timeout: DONE });
      // Longer than a built page waits.
      await tab.page.waitForTimeout(5000);
      expect(await tab.page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
      await context.close();
    } finally {
      await developing.close();
      process.env.NODE_ENV = 'production';
    }
  });

  it('asks nobody else for anything, breaks no policy and logs no error', () => {
    expect(misdeeds.list).toEqual([]);
  });
});
