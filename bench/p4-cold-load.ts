/** P4: from a cold start to the first accuracy figure in Chromium, and the JavaScript that is loaded without a touch. */
import { site } from './lib/browser.ts';
import { keep, spread, text } from './lib/measure.ts';

const { url, browser, javascript, close } = await site();
const first: number[] = [];
const done: number[] = [];
let loaded: string[] = [];
for (let round = 0; round < 7; round++) {
  const page = await (await browser.newContext()).newPage();
  const scripts = new Set<string>();
  page.on('request', (request) => {
    const name = new URL(request.url()).pathname.split('/').pop() ?? '';
    if (name.endsWith('.js')) scripts.add(name);
  });
  const start = performance.now();
  await page.goto(url);
  await page.getByTestId('accuracy-random').getByTestId('accuracy').waitFor();
  first.push((performance.now() - start) / 1000);
  if (round < 5) {
    await page.locator('[data-testid=status][data-kind=done]').waitFor({ timeout: 300_000 });
    done.push((performance.now() - start) / 1000);
  }
  loaded = [...scripts];
  await page.context().close();
}
await close();
const kilobytes = loaded.reduce((sum, name) => sum + (javascript[name] ?? 0), 0);
keep({
  id: 'p4',
  title: 'Cold load to the first accuracy figure in Chromium; JavaScript before interaction',
  goal: 'at most 3 s; at most 170 kB gzipped',
  figure: `${text(spread(first), 2, ' s')}; ${kilobytes.toFixed(0)} kB`,
  met: spread(first).median <= 3 && kilobytes <= 170,
  notes: [
    `The whole default experiment: ${text(spread(done), 1, ' s')}.`,
    `Scripts: ${loaded.map((name) => `${name} ${(javascript[name] ?? 0).toFixed(1)} kB`).join(', ')}; the worker's are among them.`,
  ],
  raw: { first, done, loaded, javascript },
});
