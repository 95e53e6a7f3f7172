import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { encodeLink } from '../../src/core/link/link.ts';
import type { RunRecord } from '../../src/core/run/record.ts';
import type { ModelChoice } from '../../src/core/run/spec.ts';
import { parseSpec } from '../../src/core/run/spec.ts';

/** What no page may do; filled while tests run. */
export interface Misdeeds {
  readonly list: string[];
}

/** The playground in a tab, by what a user does there. */
export class PlaygroundPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  static async open(context: BrowserContext, url: string, misdeeds: Misdeeds): Promise<PlaygroundPage> {
    const page = await context.newPage();
    const home = new URL(url).origin;
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) misdeeds.list.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => misdeeds.list.push(`page error: ${error.message}`));
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith('http') && origin !== home) misdeeds.list.push(`third party: ${request.url()}`);
    });
    await page.goto(url);
    return new PlaygroundPage(page);
  }

  get status(): Locator {
    return this.page.getByTestId('status');
  }

  async waitFor(kind: 'done' | 'stopped' | 'failed' | 'running', timeout = 60_000): Promise<void> {
    await this.page.locator(`[data-testid=status][data-kind=${kind}]`).waitFor({ timeout });
  }

  accuracy(armId: string): Locator {
    return this.page.getByTestId(`accuracy-${armId}`).getByTestId('accuracy');
  }

  row(index: number): Locator {
    return this.page.locator(`[role=grid] [role=row][aria-rowindex="${index + 1}"]`);
  }

  async record(): Promise<RunRecord> {
    await this.page.getByRole('button', { name: 'Export' }).click();
    const download = this.page.waitForEvent('download');
    await this.page.getByTestId('export-json').click();
    const path = await (await download).path();
    await this.page.keyboard.press('Escape');
    return JSON.parse(await readFile(path, 'utf8')) as RunRecord;
  }

  async copyLink(): Promise<string> {
    await this.page.getByTestId('copy-link').click();
    await this.page.getByRole('button', { name: 'Link copied' }).waitFor();
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** Rules that axe finds broken, with the places. */
  async axe(): Promise<string[]> {
    const { violations } = await new AxeBuilder({ page: this.page as never }).analyze();
    return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`);
  }

  sidewaysScroll(): Promise<boolean> {
    return this.page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  }
}

/** A browser that keeps no page: what a test puts between page and server is asked, and no earlier answer stands in. */
export async function newContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await keepingContext(browser, options);
  await context.addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'));
  return context;
}

/** One that keeps the page for use without a network, as browsers do. */
export const keepingContext = (browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> =>
  browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'], ...options });

function fragment(spec: Record<string, unknown>): string {
  const parsed = parseSpec({ version: 1, data: { id: 'topic' }, ...spec });
  if (!parsed.ok) throw new Error(parsed.problem);
  const link = encodeLink({ spec: parsed.spec });
  if (!link.ok) throw new Error(link.problem);
  return link.hash;
}

/** The fragment of a small experiment that is done in seconds. */
export const smallLink = ({
  limit = 10,
  ...rest
}: {
  limit?: number;
  seed?: number;
  data?: { id: string };
} = {}): string =>
  fragment({
    model: { engine: 'embedded', id: 'knowshot-mini' },
    limit,
    ...rest,
    arms: [
      { id: 'random', name: 'Random', select: { type: 'random' }, shots: 2 },
      { id: 'ker-cc', name: 'KER and CC', select: { type: 'ker-query' }, shots: 2, calibrate: { type: 'cc' } },
    ],
  });

/** The fragment of a small experiment on a model. */
export const linkOn = (model: ModelChoice, limit = 6): string =>
  fragment({ model, limit, arms: [{ id: 'random', name: 'Random', select: { type: 'random' }, shots: 2 }] });
