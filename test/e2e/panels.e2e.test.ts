import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, reason, site } from './browser.ts';
import { type Misdeeds, newContext, PlaygroundPage, smallLink } from './playground-page.ts';

const DONE = 120_000;

describe.skipIf(site.url === null)(`the panels beside Compare in a real browser${reason}`, { timeout: 180_000 }, () => {
  const url = site.url ?? '';
  const misdeeds: Misdeeds = { list: [] };
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  /** Opens a panel by its address, with a small experiment that has run. */
  const open = async (panel: string, options = {}) => {
    const tab = await PlaygroundPage.open(
      await newContext(browser, options),
      `${url}?panel=${panel}${smallLink({ limit: 6 })}`,
      misdeeds,
    );
    await tab.waitFor('done', DONE);
    return tab;
  };
  const idle = (tab: PlaygroundPage) =>
    tab.page.waitForFunction(() => document.querySelector('.job-line') === null, null, { timeout: DONE });

  it('are in the address, which opens them, and leave the link of the experiment alone', async () => {
    const tab = await open('calibrate');
    await tab.page.getByRole('heading', { name: 'What would the model say anyway?' }).waitFor();
    const link = await tab.copyLink();
    expect(link).toContain('?panel=calibrate#v1.');
    await tab.page.getByRole('button', { name: 'Compare', exact: true }).click();
    await tab.accuracy('random').waitFor();
    expect(new URL(tab.page.url()).search).toBe('');
    expect(new URL(tab.page.url()).hash).toBe(smallLink({ limit: 6 }));
    await tab.page.context().close();
  });

  it('open the first one for an unknown name', async () => {
    const tab = await open('nothing');
    await tab.accuracy('random').waitFor();
    await tab.page.context().close();
  });

  it('show what a finished run can and cannot tell, in Compare', async () => {
    const tab = await open('compare');
    await tab.page.getByText('All statistics').click();
    for (const name of ['Macro-F1', 'Brier', 'Log loss', 'mid-p', 'Holm p', 'Kappa', 'Flips']) {
      await tab.page.getByRole('columnheader', { name, exact: true }).first().waitFor();
    }
    const record = await tab.record();
    expect(record.summary.every((summary) => summary.intervals !== null)).toBe(true);
    expect(await tab.axe()).toEqual([]);
    await tab.page.context().close();
  });

  it('give every source of a prior for a query, with the number that the run has', async () => {
    const tab = await open('calibrate');
    await tab.page.getByTestId('prior-pmi').getByText(/%/u).first().waitFor({ timeout: DONE });
    await idle(tab);
    const record = await tab.record();
    const cell = record.cells.find((c) => c.armId === 'ker-cc');
    const shown = await tab.page.getByTestId('prior-cc').locator('.prior-share').allTextContents();
    const total = cell?.prior?.reduce((a, b) => a + b, 0) ?? 1;
    expect(shown.map((text) => text.trim())).toEqual(cell?.prior?.map((p) => `${((p / total) * 100).toFixed(0)} %`));
    expect(await tab.page.getByTestId('flips').textContent()).toMatch(/^\d of 6: \d rightly, \d wrongly/u);
    await tab.page.getByText('After: the bins').click();
    const counts = await tab.page.getByTestId('bins').nth(1).locator('tbody td:nth-child(2)').allTextContents();
    expect(counts.reduce((sum, n) => sum + Number(n), 0)).toBe(6);
    await tab.page.getByRole('button', { name: 'Next query' }).click();
    await tab.page.getByTestId('priors').waitFor();
    await tab.page.context().close();
  });

  it('let knowledge relevance be weighed live, down to the sum of one pair', async () => {
    const tab = await open('select');
    const worked = tab.page.getByTestId('worked');
    await worked.waitFor();
    const before = await worked.textContent();
    await tab.page.getByLabel('Alpha', { exact: true }).fill('1');
    await tab.page.waitForFunction(
      (text) => document.querySelector('[data-testid=worked]')?.textContent !== text,
      before,
    );
    expect(await worked.textContent()).toContain('d = 1.00 · (');
    expect(await worked.textContent()).toContain('= 1.0000');
    expect(await tab.page.getByTestId('coverage').textContent()).toMatch(/Entities are found in \d+ % of the pool/u);
    await tab.page.context().close();
  });

  it('break examples and show the broken prompt', async () => {
    const tab = await open('probe');
    await tab.page.getByLabel(/^Queries, of/u).fill('2');
    await tab.page.getByTestId('run-probes').click();
    await tab.page.getByTestId('probe-symbols').getByText(/ %/u).first().waitFor({ timeout: DONE });
    await idle(tab);
    await tab.page.getByTestId('probe-symbols').getByRole('button').click();
    const prompt = tab.page.getByTestId('broken-prompt').getByTestId('prompt');
    expect(await prompt.textContent()).toMatch(/: (?:foo|bar|baz|qux)/u);
    await tab.page.getByRole('tab', { name: 'Recency, majority' }).click();
    expect(await tab.page.getByTestId('pulls').getByRole('row').count()).toBe(5);
    await tab.page.context().close();
  });

  it('ask both embedded models for facts that were trained and for facts that no training saw', async () => {
    const tab = await open('probe', { viewport: { width: 320, height: 800 }, colorScheme: 'dark' });
    await tab.page.getByRole('tab', { name: 'Facts' }).click();
    await tab.page.getByLabel(/^Facts of each kind/u).fill('20');
    await tab.page.getByTestId('run-facts').click();
    const table = tab.page.getByTestId('fact-table');
    await table.waitFor({ timeout: DONE });
    await idle(tab);
    const shares = await table.locator('tbody td strong').allTextContents();
    expect(shares).toHaveLength(12);
    for (const share of shares) expect(share).toMatch(/^\d+\.\d %$/u);
    const [known = '', , twin = ''] = shares;
    expect(Number.parseFloat(known)).toBeGreaterThan(Number.parseFloat(twin));
    expect(await tab.axe()).toEqual([]);
    expect(await tab.sidewaysScroll()).toBe(false);
    await tab.page.context().close();
  });

  it('turn the options of questions, and give the probe as a link and as a file', async () => {
    const context = await newContext(browser);
    const link = smallLink({ limit: 2, data: { id: 'science' } });
    const tab = await PlaygroundPage.open(context, url + link, misdeeds);
    await tab.waitFor('done', DONE);
    await tab.page.getByLabel('Options', { exact: true }).selectOption('letters');
    await tab.page.getByRole('button', { name: 'Run the edited one' }).click();
    await tab.page.getByText('edited since this run').waitFor({ state: 'detached', timeout: DONE });
    await tab.waitFor('done', DONE);
    await tab.page.getByRole('button', { name: 'Probe', exact: true }).click();
    await tab.page.getByLabel('Arm').selectOption({ index: 1 });
    await tab.page.getByRole('tab', { name: 'Turned options' }).click();
    expect(new URL(tab.page.url()).search).toBe('?panel=probe&probe.arm=ker-cc&probe.show=options');
    await tab.page.getByTestId('run-turned').click();
    await idle(tab);

    await tab.page.getByRole('button', { name: 'Download' }).click();
    const saved = tab.page.waitForEvent('download');
    await tab.page.getByTestId('probe-json').click();
    const file = JSON.parse(await readFile(await (await saved).path(), 'utf8'));
    expect(file).toMatchObject({ probe: 'turned-options', settings: { queries: 2 }, complete: true });
    expect(file.spec.arms.map(({ id }: { id: string }) => id)).toEqual(['ker-cc']);
    const turns = file.answers.map(({ turn }: { turn: number }) => turn);
    expect(turns).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
    const rightOnes = new Set(file.answers.slice(0, 4).map(({ gold }: { gold: string }) => gold));
    expect(rightOnes).toEqual(new Set(['A', 'B', 'C', 'D']));
    const shown = await tab.page.getByTestId('turned-options').locator('table').first().locator('td').allTextContents();
    expect(shown).toEqual(file.accuracies.map((share: number) => `${(100 * share).toFixed(1)} %`));
    await context.close();
  });

  it.each([
    ['select', 'light', 1280],
    ['calibrate', 'dark', 1280],
    ['probe', 'dark', 1280],
    ['select', 'dark', 360],
    ['calibrate', 'light', 360],
    ['probe', 'light', 320],
  ] as const)(
    'have no accessibility fault and no sideways scroll: %s, %s, %i px',
    async (panel, colorScheme, width) => {
      const tab = await open(panel, { colorScheme, viewport: { width, height: 800 } });
      await tab.page.locator('.panel-card').first().waitFor();
      await idle(tab);
      for (const summary of await tab.page.locator('.panel summary').all()) await summary.click();
      expect(await tab.axe()).toEqual([]);
      expect(await tab.sidewaysScroll()).toBe(false);
      await tab.page.context().close();
    },
  );

  it('break no policy and log no error', () => {
    expect(misdeeds.list).toEqual([]);
  });
});
