import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CellRecord, RunRecord } from '../../src/core/run/record.ts';
import { runKnowshot } from '../support/terminal.ts';
import { launch, reason, site } from './browser.ts';
import { type Misdeeds, newContext, PlaygroundPage, smallLink } from './playground-page.ts';

const placeOf = (cell: CellRecord): string => `${cell.armId} ${cell.trial} ${cell.queryId}`;
const keysOf = (record: RunRecord): string[] => record.cells.map((cell) => cell.key).sort();

/** The same answers, in any order, and label log-probabilities that agree to 1e-4; browser and terminal may have other kernels. */
function expectSame(cells: readonly CellRecord[], expected: readonly CellRecord[]): void {
  const byPlace = new Map(cells.map((cell) => [placeOf(cell), cell]));
  expect(byPlace.size).toBe(expected.length);
  for (const cell of expected) {
    const other = byPlace.get(placeOf(cell));
    expect(other?.prediction).toMatchObject(
      cell.prediction.kind === 'label' ? { label: cell.prediction.label } : { kind: 'unscored' },
    );
    cell.labelLogprobs.forEach((value, k) => {
      expect(Math.abs(value - (other?.labelLogprobs[k] ?? Number.NaN))).toBeLessThan(1e-4);
    });
  }
}

describe.skipIf(site.url === null)(`the playground in a real browser${reason}`, () => {
  const url = site.url ?? '';
  const misdeeds: Misdeeds = { list: [] };
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  const open = async (hash = '', options = {}) =>
    PlaygroundPage.open(await newContext(browser, options), url + hash, misdeeds);

  it('opens with the default experiment running, and keeps what is finished when it is cancelled', async () => {
    const tab = await open();
    await tab.accuracy('random').waitFor();
    expect(await tab.accuracy('random').textContent()).toMatch(/^\d+\.\d %$/u);
    await tab.page.getByText(/preliminary: \d+ of 120 answers an arm/u).waitFor();
    await tab.page.getByTestId('cancel').click();
    await tab.waitFor('stopped');
    const kept = Number(/(\d+) of 480 answers are kept/u.exec((await tab.status.textContent()) ?? '')?.[1]);
    expect(kept).toBeGreaterThan(0);
    await tab.accuracy('random').waitFor();
    expect(await tab.page.locator('[role=grid]').getAttribute('aria-rowcount')).not.toBe('1');

    await tab.page.reload();
    await tab.page.waitForFunction(
      (n) => Number(/^(\d+) of/u.exec(document.querySelector('[data-testid=status]')?.textContent ?? '')?.[1]) >= n,
      kept,
      { timeout: 30_000 },
    );
    await tab.page.context().close();
  });

  it('gives the same numbers from its link in a second browser and in a terminal', async () => {
    const first = await open(smallLink());
    await first.waitFor('done');
    const before = await first.record();
    const link = await first.copyLink();
    expect(link.startsWith(`${url}#v1.`)).toBe(true);

    const second = await open(new URL(link).hash);
    await second.waitFor('done');
    expect(await second.page.getByTestId('link-check').textContent()).toBe('Every answer is the same as in the link.');
    const after = await second.record();
    expect(after.reusedCells).toBe(0);
    expectSame(after.cells, before.cells);
    expect(keysOf(after)).toEqual(keysOf(before));

    const out = await mkdtemp(join(tmpdir(), 'knowshot-link-'));
    const terminal = await runKnowshot(['run', link, '--out', out]);
    expect(terminal.stdout).toContain('Every answer is the same as in the link.');
    const typed = JSON.parse(await readFile(join(out, 'record.json'), 'utf8')) as RunRecord;
    await rm(out, { recursive: true });
    expectSame(typed.cells, before.cells);
    expect(typed.model.files).toEqual(before.model.files);
    await Promise.all([first.page.context().close(), second.page.context().close()]);
  });

  it('learns a prefix for an arm, and says beside the gain what that cost', async () => {
    const tab = await open(smallLink({ limit: 4 }));
    await tab.waitFor('done');
    const arm = tab.page.getByRole('group', { name: /^Arm 2/u });
    await arm.getByLabel('Tune', { exact: true }).selectOption('prefix');
    await arm.getByText('Options and sources').click();
    await arm.getByLabel('Items', { exact: true }).fill('8');
    await arm.getByLabel('Steps', { exact: true }).fill('2');
    await tab.page.getByRole('button', { name: 'Run the edited one' }).click();
    await tab.page.getByText('edited since this run').waitFor({ state: 'detached', timeout: 60_000 });
    await tab.waitFor('done');
    const { spec, cells } = await tab.record();
    expect(spec.arms[1]?.tune).toMatchObject({ type: 'prefix', steps: 2 });
    expect(cells.filter((cell) => cell.armId === 'ker-cc')).toHaveLength(4);
    await tab.page
      .getByText(/after .+ tokens of training, on 8 pool items/u)
      .first()
      .waitFor();
    expect(await tab.axe()).toEqual([]);
    await tab.page.context().close();
  });

  it('opens an answer by keyboard to its exact prompt, and steps to the next', async () => {
    const tab = await open(smallLink());
    await tab.waitFor('done');
    const record = await tab.record();
    const cell = record.cells.find((c) => c.armId === 'random');
    await tab.row(1).focus();
    await tab.page.keyboard.press('ArrowDown');
    await tab.page.keyboard.press('ArrowUp');
    await tab.page.waitForFunction(() => document.activeElement?.getAttribute('aria-rowindex') === '2');
    await tab.page.keyboard.press('Enter');
    const dialog = tab.page.getByRole('dialog');
    await dialog.waitFor();
    const shown = await dialog.getByTestId('prompt').locator('.segment').allTextContents();
    expect(shown.join('')).toBe(cell?.segments.map((s) => s.text).join(''));
    expect(await dialog.getByTestId('prompt-tokens').textContent()).toBe(`${cell?.promptTokens} tokens`);
    await dialog.getByRole('tab').nth(1).click();
    expect(await dialog.getByRole('columnheader', { name: 'prior' }).count()).toBe(1);
    expect(await dialog.getByTestId('logprob').count()).toBe(record.data.labels.length);
    await dialog.getByRole('button', { name: 'Next query' }).click();
    await dialog.getByRole('heading', { name: 'Query 2' }).waitFor();
    expect(await tab.axe()).toEqual([]);
    await tab.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await tab.page.context().close();
  });

  it('keeps showing the experiment that gave the results while another is edited, then runs that one', async () => {
    const tab = await open(smallLink({ limit: 6 }));
    await tab.waitFor('done');
    const second = tab.page.getByTestId('arm-2');
    await second.getByLabel('Calibrate').selectOption({ label: 'None' });
    await tab.page.getByTestId('add-arm').click();
    await tab.page.getByText('edited since this run').waitFor();
    expect(await tab.page.getByTestId('accuracy-ker-cc').textContent()).toContain('Contextual calibration');
    await tab.page.getByRole('button', { name: 'Run the edited one' }).click();
    await tab.page.getByTestId('accuracy-arm-3').waitFor();
    await tab.waitFor('done');
    expect(await tab.page.getByText('edited since this run').count()).toBe(0);
    const record = await tab.record();
    expect(record.spec.arms.map((arm) => arm.calibrate.type)).toEqual(['none', 'none', 'none']);
    expect(record.reusedCells).toBe(6);

    await tab.page.reload();
    await tab.waitFor('done');
    expect((await tab.record()).spec.arms).toHaveLength(3);
    await tab.page.context().close();
  });

  it('says what is wrong with a link, and shows the default experiment', async () => {
    const good = smallLink();
    for (const [hash, message] of [
      [good.slice(0, -9), 'This link is damaged'],
      ['#v9.abc', 'newer than this playground reads'],
    ]) {
      const tab = await open(hash);
      const alert = tab.page.getByRole('alert').filter({ hasText: message ?? '' });
      await alert.waitFor();
      await tab.accuracy('random').waitFor();
      await alert.getByRole('button', { name: 'Dismiss this message' }).click();
      await alert.waitFor({ state: 'detached' });
      await tab.page.context().close();
    }
  });

  it.each([
    ['light', 1440],
    ['dark', 1440],
    ['light', 360],
    ['dark', 320],
  ] as const)('has no accessibility fault and no sideways scroll: %s, %i px', async (colorScheme, width) => {
    const tab = await open(smallLink({ limit: 6 }), { colorScheme, viewport: { width, height: 800 } });
    await tab.waitFor('done');
    for (const summary of await tab.page.getByText('Options and sources').all()) await summary.click();
    expect(await tab.axe()).toEqual([]);
    expect(await tab.sidewaysScroll()).toBe(false);
    await tab.page.context().close();
  });

  it('shows the link to copy by hand where the clipboard is refused', async () => {
    const tab = await open(smallLink({ limit: 6 }), { permissions: [] });
    await tab.page.evaluate(() => {
      navigator.clipboard.writeText = () => Promise.reject(new Error('refused'));
    });
    await tab.page.getByTestId('copy-link').click();
    const field = tab.page.getByLabel('The browser refused the clipboard. Copy from here:');
    expect(await field.inputValue()).toContain('#v1.');
    await tab.page.context().close();
  });

  it('asks nobody else for anything, breaks no policy and logs no error', () => {
    expect(misdeeds.list).toEqual([]);
  });
});
