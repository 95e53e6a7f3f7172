import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, reason, site } from './browser.ts';
import { type Misdeeds, newContext, PlaygroundPage, smallLink } from './playground-page.ts';

describe.skipIf(site.url === null)(`the Ruminate panel in a real browser${reason}`, { timeout: 180_000 }, () => {
  const misdeeds: Misdeeds = { list: [] };
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  const open = async (options = {}) => {
    const url = `${site.url}?panel=ruminate${smallLink({ limit: 4 })}`;
    const tab = await PlaygroundPage.open(await newContext(browser, options), url, misdeeds);
    await tab.waitFor('done', 120_000);
    return tab;
  };
  const way = (tab: PlaygroundPage, type: string) => tab.page.getByTestId(`way-${type}`);
  /** Waits until a way has its answer. */
  const answered = (tab: PlaygroundPage, type: string) =>
    way(tab, type).locator('.outcome').waitFor({ timeout: 120_000 });

  it('answers one query every way, tells what each piece does, and what it cost', async () => {
    const tab = await open();
    await answered(tab, 'latent-soft');
    for (const type of ['none', 'background', 'mention', 'task', 'several', 'one-call', 'filler', 'shuffled', 'facts'])
      expect(await way(tab, type).locator('.outcome').count()).toBe(1);
    expect(await way(tab, 'latent-learned').textContent()).toContain('choose it to have it learned');
    expect(await way(tab, 'background').textContent()).toMatch(/\d+ %[+−\d.]+.*\(\+\d+\)\d+ · \d+ · \d+/u);
    const piece = tab.page.getByTestId('pieces').locator('li').first();
    expect(await piece.textContent()).toMatch(/^As far as I know,/u);
    expect(await piece.locator('.shift').count()).toBe(4);
    await way(tab, 'several').getByRole('radio').check();
    expect(await tab.page.getByTestId('pieces').locator('li').count()).toBeGreaterThan(1);
    await tab.page.context().close();
  });

  it('shows the inside of the model, and learns rows when asked to', async () => {
    const tab = await open();
    await answered(tab, 'latent-soft');
    await way(tab, 'latent-rows').getByRole('radio').check();
    const lens = tab.page.getByTestId('lens');
    await lens.waitFor();
    expect(await lens.locator('tbody tr').count()).toBeGreaterThan(2);
    expect(await tab.page.getByTestId('activations').locator('tbody tr').count()).toBe(24);
    expect(await tab.page.getByTestId('activations').locator('thead th').count()).toBe(6);

    await way(tab, 'latent-learned').getByRole('radio').check();
    await tab.page.getByText('Options', { exact: true }).click();
    await tab.page.getByLabel('Items', { exact: true }).fill('8');
    await answered(tab, 'latent-learned');
    expect(await way(tab, 'latent-learned').textContent()).toMatch(/and [\d ]+ to learn, once/u);
    await tab.page.getByText(/loss \d\.\d+ in the first epoch/u).waitFor();
    await tab.page.context().close();
  });

  it('runs a way with its controls', async () => {
    const tab = await open();
    await answered(tab, 'latent-soft');
    await tab.page.getByTestId('run-controls').click();
    await tab.page.getByTestId('over-run').waitFor();
    await tab.waitFor('done', 120_000);
    const rows = await tab.page.getByTestId('over-run').locator('tbody tr').allTextContents();
    expect(rows).toHaveLength(6);
    expect(rows[1]).toContain('As far as I know');
    const record = await tab.record();
    expect(record.spec.primary).toBe('r-2');
    expect(record.cells.filter((cell) => cell.review !== undefined)).toHaveLength(5 * 4);
    await tab.page.context().close();
  });

  it.each([
    ['light', 1440],
    ['dark', 360],
  ] as const)('has no accessibility fault and no sideways scroll: %s, %i px', async (colorScheme, width) => {
    const tab = await open({ colorScheme, viewport: { width, height: 800 } });
    await answered(tab, 'latent-soft');
    await way(tab, 'latent-rows').getByRole('radio').check();
    await tab.page.getByTestId('activations').waitFor();
    await tab.page.getByText('Options', { exact: true }).click();
    expect(await tab.axe()).toEqual([]);
    expect(await tab.sidewaysScroll()).toBe(false);
    await tab.page.context().close();
  });

  it('asks nobody else for anything, breaks no policy and logs no error', () => {
    expect(misdeeds.list).toEqual([]);
  });
});
