/**
 * P4: from a cold start to the first accuracy figure in Chromium, and the JavaScript that is loaded without a touch, until the
 * whole run is done and the page is quiet. A file that page and worker both import is fetched once, and counted once.
 */
import { site } from './lib/browser.ts';
import { keep, spread, text } from './lib/measure.ts';

const { url, browser, javascript, close } = await site();
const first: number[] = [];
const done: number[] = [];
const loaded = new Set<string>();
/** After a run, for what is fetched in idle time. */
const QUIET_MS = 2000;
for (let round = 0; round < 7; round++) {
  const page = await (await browser.newContext()).newPage();
  page.on('request', (request) => {
    const name = new URL(request.url()).pathname.split('/').pop() ?? '';
    if (name.endsWith('.js')) loaded.add(name);
  });
  const start = performance.now();
  await page.goto(url);
  await page.getByTestId('accuracy-random').getByTestId('accuracy').waitFor();
  first.push((performance.now() - start) / 1000);
  if (round < 5) {
    await page.locator('[data-testid=status][data-kind=done]').waitFor({ timeout: 300_000 });
    done.push((performance.now() - start) / 1000);
    await page.waitForTimeout(QUIET_MS);
  }
  await page.context().close();
}
await close();
const scripts = [...loaded];
const kilobytes = scripts.reduce((sum, name) => sum + (javascript[name] ?? 0), 0);
keep({
  id: 'p4',
  title: 'Cold load to the first accuracy figure in Chromium; JavaScript before interaction',
  goal: 'at most 3 s; at most 170 kB gzipped',
  figure: `${text(spread(first), 2, ' s')}; ${kilobytes.toFixed(0)} kB`,
  met: spread(first).median <= 3 && kilobytes <= 170,
  notes: [
    `The whole default experiment: ${text(spread(done), 1, ' s')}.`,
    `Scripts: ${scripts.map((name) => `${name} ${(javascript[name] ?? 0).toFixed(1)} kB`).join(', ')}; the worker's are among them.`,
  ],
  raw: { first, done, loaded: scripts, javascript },
});
