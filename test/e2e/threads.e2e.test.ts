import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { threadsFor } from '../../src/core/model/threads.ts';
import type { RunRecord } from '../../src/core/run/record.ts';
import { launch, reason, site } from './browser.ts';
import { type Misdeeds, newContext, PlaygroundPage, smallLink } from './playground-page.ts';

describe.skipIf(site.url === null)(`the threads of the embedded model${reason}`, { timeout: 240_000 }, () => {
  const url = site.url ?? '';
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  /** A small run, by a browser that is prepared for it. */
  async function run(prepare: (context: BrowserContext) => Promise<unknown> = async () => {}) {
    const misdeeds: Misdeeds = { list: [] };
    const context = await newContext(browser);
    await prepare(context);
    const tab = await PlaygroundPage.open(context, url + smallLink({ limit: 4 }), misdeeds);
    await tab.waitFor('done', 120_000);
    const record = await tab.record();
    const count = threadsFor(await tab.page.evaluate(() => navigator.hardwareConcurrency));
    await context.close();
    return { record, count, misdeeds: misdeeds.list };
  }

  const answers = ({ cells }: RunRecord) =>
    cells.map(({ key, prediction, labelLogprobs }) => ({ key, prediction, labelLogprobs }));

  it('are several where the page is cross-origin isolated, else one; the numbers are the same bits', async () => {
    const isolated = await run();
    expect(isolated.record.model.threads).toBe(isolated.count === 1 ? '1 thread' : `${isolated.count} threads`);
    const plain = await run((context) =>
      context.route(url, async (route) => {
        const response = await route.fetch();
        const { 'cross-origin-opener-policy': _, 'cross-origin-embedder-policy': __, ...headers } = response.headers();
        await route.fulfill({ response, headers });
      }),
    );
    expect(plain.record.model.threads).toBe('1 thread');
    expect(answers(plain.record)).toEqual(answers(isolated.record));
    expect([...isolated.misdeeds, ...plain.misdeeds]).toEqual([]);
  });

  it('are one, and said to be, where the others cannot be loaded', async () => {
    const { record, count } = await run((context) =>
      // What a worker's worker asks for passes by the routes of a page; so its address is spoiled.
      context.route(/\/embedded-worker-[^/]*\.js$/u, async (route) => {
        const response = await route.fetch();
        const body = (await response.text()).replaceAll(
          /embedded-helper-[\w-]+\.js/gu,
          'embedded-helper-is-not-there.js',
        );
        await route.fulfill({ response, body });
      }),
    );
    expect(record.model.threads).toBe(
      count === 1 ? '1 thread' : `1 thread; ${count - 1} more did not start: its script could not be loaded`,
    );
    expect(record.cells).toHaveLength(8);
  });
});
