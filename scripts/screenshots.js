#!/usr/bin/env node
/**
 * Takes the screenshots of the README from the built app: `npm run build && node scripts/screenshots.js [--url URL]`.
 * With --url it uses a server that is already there; with --out DIR it writes elsewhere; --all adds 320 and 1024 px and
 * every panel, dark and narrow.
 */
import { mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { preview } from 'vite';

const { values: options } = parseArgs({
  options: { url: { type: 'string' }, out: { type: 'string', default: 'docs/screenshots' }, all: { type: 'boolean' } },
});

const PANELS = ['grid', 'select', 'calibrate', 'ruminate', 'probe', 'data', 'models'];

/** @typedef {{name: string, width: number, height: number, scheme: 'light' | 'dark', panel?: string, act?: 'answer' | 'grid', full?: boolean}} Shot */

/** @type {readonly Shot[]} */
const SHOTS = [
  { name: 'compare-light', width: 1440, height: 1000, scheme: 'light' },
  { name: 'compare-dark', width: 1440, height: 1000, scheme: 'dark' },
  { name: 'compare-narrow', width: 360, height: 780, scheme: 'light' },
  { name: 'answer', width: 1440, height: 1000, scheme: 'light', act: 'answer' },
  { name: 'grid', width: 1440, height: 1000, scheme: 'light', panel: 'grid', act: 'grid' },
  ...(options.all
    ? /** @type {const} */ ([
        { name: 'whole-light', width: 1440, height: 1000, scheme: 'light', full: true },
        { name: 'whole-1024', width: 1024, height: 800, scheme: 'dark', full: true },
        { name: 'whole-320', width: 320, height: 700, scheme: 'light', full: true },
        { name: 'answer-dark', width: 1024, height: 900, scheme: 'dark', act: 'answer' },
        { name: 'answer-narrow', width: 360, height: 780, scheme: 'light', act: 'answer' },
      ])
    : []),
  ...(options.all ? PANELS : []).flatMap(
    (panel) =>
      /** @type {const} */ ([
        { name: `${panel}-dark`, width: 1440, height: 1000, scheme: 'dark', panel, full: true },
        { name: `${panel}-narrow`, width: 360, height: 780, scheme: 'light', panel, full: true },
      ]),
  ),
];

const server = options.url === undefined ? await preview({ preview: { port: 0 } }) : null;
const url = options.url ?? server?.resolvedUrls?.local[0];
if (url === undefined) throw new Error('the preview server has no address');
await mkdir(options.out, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
});
try {
  // One context: the answers of the first visit are kept for the others.
  const context = await browser.newContext({ deviceScaleFactor: 1 });
  const page = await context.newPage();
  page.on('console', (message) => console.log(`[${message.type()}] ${message.text()}`));
  for (const shot of SHOTS) {
    await page.setViewportSize({ width: shot.width, height: shot.height });
    await page.emulateMedia({ colorScheme: shot.scheme });
    await page.goto(shot.panel === undefined ? url : `${url}?panel=${shot.panel}`);
    await page.locator('[data-testid=status][data-kind=done]').waitFor({ timeout: 300_000 });
    if (shot.act === 'answer') {
      await page.locator('[role=grid] [role=row][aria-rowindex="2"]').click();
      await page.getByRole('tab').nth(2).click();
    }
    if (shot.act === 'grid') {
      await page.getByTestId('grid-ker-kpc').click();
      await page.getByTestId('run-grid').click();
      await page.getByTestId('interaction').waitFor({ timeout: 600_000 });
      await page.getByTestId('heat').scrollIntoViewIfNeeded();
    }
    await page.waitForTimeout(300);
    await page.screenshot({ path: `${options.out}/${shot.name}.png`, fullPage: shot.full ?? false });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    console.log(`${shot.name} ${shot.width}x${shot.height}${wide ? ' SCROLLS SIDEWAYS' : ''}`);
  }
} finally {
  await browser.close();
  await server?.close();
}
