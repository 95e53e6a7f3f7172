/**
 * A CSV of 100 MB chosen in the Data panel: how quick the page stays while it is read and while its columns are chosen, and
 * what memory it takes: `npx tsx bench/import-100mb.ts [MB] [rounds]`. The file is made in the folder for temporary files and
 * taken away again. Memory is read from /proc, so this runs on Linux.
 */
import { createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { encodeLink } from '../src/core/link/link.ts';
import { parseSpec } from '../src/core/run/spec.ts';
import { site } from './lib/browser.ts';
import { keep, spread, text } from './lib/measure.ts';

const [megabytes = 100, rounds = 5] = process.argv.slice(2).map(Number);
const GOAL_MS = 200;
const GOAL_MB = 500;

const folder = await mkdtemp(join(tmpdir(), 'knowshot-import-'));
const path = join(folder, 'large.csv');

/** Notes of about 250 characters with quotes, commas and line breaks, four labels. */
async function write(): Promise<number> {
  const file = createWriteStream(path);
  file.write('id,note,mood\r\n');
  let rows = 0;
  for (let size = 0; size < megabytes * 1e6; rows++) {
    const words = Array.from({ length: 36 }, (_, k) => `word${(rows * 31 + k * 17) % 5003}`).join(' ');
    const row = `${rows},"Note ${rows}, ""so to say"":\n${words}",mood ${rows % 4}\r\n`;
    size += row.length;
    if (!file.write(row)) await new Promise((done) => file.once('drain', () => done(null)));
  }
  await new Promise<void>((done) => file.end(() => done()));
  return rows;
}

const parsed = parseSpec({
  version: 1,
  data: { id: 'topic' },
  model: { engine: 'embedded', id: 'knowshot-mini' },
  limit: 1,
  arms: [{ id: 'a', name: 'Arm', select: { type: 'random' }, shots: 0 }],
});
if (!parsed.ok) throw new Error(parsed.problem);
const link = encodeLink({ spec: parsed.spec });
if (!link.ok) throw new Error(link.problem);

/** Resident memory of the pages' processes together, MB. */
async function resident(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const pages = processInfo.filter(({ type }) => type === 'renderer');
  return pages.reduce(
    (sum, { id }) => sum + Number(/VmRSS:\s+(\d+)/u.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]) / 1000,
    0,
  );
}

interface Watch {
  delays: number[];
  blocks: number[];
}

/** No function in it has a name: tsx would wrap it in a helper that the page does not have. */
const watch = (page: Page) =>
  page.addInitScript(() => {
    const found: Watch = { delays: [], blocks: [] };
    Object.assign(globalThis, { found });
    new PerformanceObserver((list) => found.delays.push(...list.getEntries().map((e) => e.duration))).observe({
      type: 'event',
      durationThreshold: 16,
    } as PerformanceObserverInit);
    new PerformanceObserver((list) => found.blocks.push(...list.getEntries().map((e) => e.duration))).observe({
      type: 'longtask',
    });
  });

/** What was seen since the last time, worst first; below 16 ms a delay and below 50 ms a block is not reported. */
const worst = async (page: Page) => {
  await page.waitForTimeout(500);
  return page.evaluate(() => {
    const { found } = globalThis as unknown as { found: Watch };
    return { delay: Math.max(16, ...found.delays.splice(0)), block: Math.max(0, ...found.blocks.splice(0)) };
  });
};

/** Whether a block is seen that was made on purpose, so that silence means quickness. */
async function check(page: Page): Promise<void> {
  await worst(page);
  await page.evaluate(() => {
    setTimeout(() => {
      for (const end = performance.now() + 2000; performance.now() < end; );
    }, 50);
  });
  await page.waitForTimeout(300);
  await page.keyboard.press('a');
  const { delay, block } = await worst(page);
  if (delay < 100 || block < 300)
    throw new Error(`a block of 2000 ms was measured as ${block} ms, its delay as ${delay} ms`);
}

const rows = await write();
const { url, browser, close } = await site();
const raw: Record<string, number>[] = [];
for (let round = 0; round < rounds; round++) {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 1000 } })).newPage();
  await watch(page);
  await page.goto(`${url}?panel=data${link.hash}`);
  await page.getByRole('tab', { name: 'Your own' }).click();
  await page.getByText('Paste rows').click();
  await page.getByLabel('Rows, the first with the names of the columns').click();
  await page.waitForTimeout(2000);
  await check(page);
  const before = await resident(browser);
  const start = performance.now();
  let peak = before;
  await page.locator('input[type=file]').first().setInputFiles(path);
  const heading = page.getByRole('heading', { name: 'large.csv' });
  // The keyboard goes past playwright's own checks, which would wait until the page is quick again.
  while ((await heading.count()) === 0) {
    await page.keyboard.press('a');
    peak = Math.max(peak, await resident(browser));
    await page.waitForTimeout(50);
  }
  const read = (performance.now() - start) / 1000;
  const reading = await worst(page);
  for (const evaluated of ['100', '300', '500']) {
    await page.getByLabel('Rows to evaluate').fill(evaluated);
    await page.getByText(`${evaluated} to evaluate`).waitFor();
    peak = Math.max(peak, await resident(browser));
  }
  const choosing = await worst(page);
  raw.push({
    seconds: read,
    peak: peak - before,
    delayReading: reading.delay,
    blockReading: reading.block,
    delayChoosing: choosing.delay,
    blockChoosing: choosing.block,
  });
  await page.context().close();
}
await close();
await rm(folder, { recursive: true });
const of = (key: string) => spread(raw.map((r) => r[key] as number));
keep({
  id: 'import',
  title: `Worst interaction delay while a CSV of ${megabytes} MB is read in the Data panel; memory above before`,
  goal: `at most ${GOAL_MS} ms; at most ${GOAL_MB} MB`,
  figure: `${text(of('delayReading'), 0, ' ms')}; ${text(of('peak'), 0, ' MB')}`,
  met: of('delayReading').median <= GOAL_MS && of('peak').median <= GOAL_MB,
  notes: [
    `${rows} rows read in ${text(of('seconds'), 1, ' s')}; letters typed meanwhile. Longest block of the main thread: ${text(of('blockReading'), 0, ' ms')}.`,
    `While the rows to evaluate are changed: delay ${text(of('delayChoosing'), 0, ' ms')}, block ${text(of('blockChoosing'), 0, ' ms')}.`,
  ],
  raw,
});
