/** P6: the longest delay of an interaction while a run of 10,000 cells fills the screen. */
import { encodeLink } from '../src/core/link/link.ts';
import { parseSpec } from '../src/core/run/spec.ts';
import { site } from './lib/browser.ts';
import { keep, spread, text } from './lib/measure.ts';

const ARMS = 10;
const TRIALS = 5;
const parsed = parseSpec({
  version: 1,
  data: { id: 'topic' },
  model: { engine: 'embedded', id: 'knowshot-mini' },
  limit: 200,
  trials: TRIALS,
  arms: Array.from({ length: ARMS }, (_, i) => ({
    id: `a${i}`,
    name: `Arm ${i}`,
    select: { type: 'random' },
    shots: 0,
  })),
});
if (!parsed.ok) throw new Error(parsed.problem);
const link = encodeLink({ spec: parsed.spec });
if (!link.ok) throw new Error(link.problem);

const { url, browser, close } = await site();
const worst: number[] = [];
for (let round = 0; round < 5; round++) {
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 1000 } })).newPage();
  await page.addInitScript(() => {
    const delays: number[] = [];
    Object.assign(globalThis, { delays });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) delays.push(entry.duration);
    }).observe({ type: 'event', durationThreshold: 16, buffered: true } as PerformanceObserverInit);
  });
  await page.goto(url + link.hash);
  await page.locator('[role=grid] [role=row][aria-rowindex="2"]').waitFor();
  for (let step = 0; step < 12; step++) {
    await page.locator('[role=grid] [role=row][aria-rowindex="2"]').click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowDown');
    await page.mouse.wheel(0, 400);
    await page.mouse.wheel(0, -400);
    await page.waitForTimeout(400);
  }
  const delays = await page.evaluate(() => (globalThis as unknown as { delays: number[] }).delays);
  worst.push(Math.max(16, ...delays));
  await page.context().close();
}
await close();
keep({
  id: 'p6',
  title: 'Worst interaction delay while 10,000 cells are being filled',
  goal: 'at most 200 ms',
  figure: text(spread(worst), 0, ' ms'),
  met: spread(worst).median <= 200,
  notes: [
    `${ARMS} arms, ${TRIALS} trials, 200 queries; rows opened and closed, arrow keys, wheel, while the run goes on.`,
  ],
  raw: worst,
});
