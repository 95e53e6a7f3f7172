import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeLink } from '../../src/core/link/link.ts';
import { launch, reason, site } from './browser.ts';
import { type Misdeeds, newContext, PlaygroundPage, smallLink } from './playground-page.ts';

const DONE = 120_000;

describe.skipIf(site.url === null)(`the grid in a real browser${reason}`, { timeout: 300_000 }, () => {
  const url = site.url ?? '';
  const misdeeds: Misdeeds = { list: [] };
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  it('is laid out from an experiment, run after its cost was said, and opened cell by cell', async () => {
    const context = await newContext(browser);
    const tab = await PlaygroundPage.open(context, `${url}?panel=grid${smallLink({ limit: 3 })}`, misdeeds);
    const { page } = tab;
    await tab.waitFor('done', DONE);
    expect(await page.getByTestId('run-grid').count()).toBe(0);

    await page.getByTestId('grid-ker-kpc').click();
    await page.getByTestId('levels-shots').getByLabel('Add to Shots').selectOption('1');
    await page.getByRole('button', { name: 'Take out 2 shots' }).click();
    await page.getByTestId('budget').getByText('12', { exact: true }).waitFor();
    expect(await page.getByTestId('budget').textContent()).toMatch(
      /^Cells4.*Answers12.*Tokens to computeabout \d.*Time/u,
    );
    expect(await page.getByTestId('heat').count()).toBe(0);
    await page.getByTestId('run-grid').click();
    await page.getByTestId('interaction').waitFor({ timeout: DONE });
    await tab.waitFor('done', DONE);

    const record = await tab.record();
    expect(record.spec.arms.map(({ name }) => name)).toHaveLength(4);
    const cells = page.getByTestId('heat').locator('.heat-button strong');
    const shown = (await cells.allTextContents()).map((text) => Number(text.replace(' %', '')));
    expect(shown).toEqual(record.summary.map(({ accuracy }) => Number((100 * accuracy).toFixed(1))));
    const [none, kpc, ker, both] = record.summary.map(({ correct }) => correct) as [number, number, number, number];
    const points = Number((await page.getByTestId('interaction').textContent())?.replace('−', '-'));
    expect(points).toBeCloseTo((100 * (both - ker - kpc + none)) / 3, 1);

    await page.getByTestId('cell-g-1-1').getByRole('button').click();
    const detail = page.getByTestId('cell-detail');
    await detail.locator('[role=grid] [role=row][aria-rowindex="2"]').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('tab').nth(1).click();
    await dialog.getByTestId('show-prompts').click();
    const prompts = dialog.getByTestId('prompt-list').locator('li');
    await prompts.first().waitFor({ timeout: DONE });
    expect(await prompts.count()).toBeGreaterThan(100);
    expect(await dialog.getByText('come to other numbers').count()).toBe(0);
    await prompts.first().locator('summary').click();
    expect(await tab.axe()).toEqual([]);
    await page.keyboard.press('Escape');

    const link = await tab.copyLink();
    expect(link).toContain('?panel=grid&grid.cell=g-1-1#v1.');
    const opened = decodeLink(link);
    expect(opened.ok && opened.payload.spec.arms).toEqual(record.spec.arms);
    await page.goto(link);
    await page.getByTestId('link-check').getByText('Every answer is the same as in the link.').waitFor();
    await page.getByTestId('cell-detail').waitFor();

    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 320, height: 800 });
    expect(await tab.axe()).toEqual([]);
    expect(await tab.sidewaysScroll()).toBe(false);
    await context.close();
  });

  it('keeps what is finished when it is cancelled', async () => {
    const context = await newContext(browser);
    const tab = await PlaygroundPage.open(context, `${url}?panel=grid${smallLink({ limit: 3, seed: 2 })}`, misdeeds);
    await tab.waitFor('done', DONE);
    await tab.page.getByTestId('grid-kict').click();
    await tab.page.getByLabel('Queries, of 200').fill('100');
    await tab.page.getByTestId('run-grid').click();
    await tab.page.getByTestId('cell-g-0-1').getByRole('button').waitFor({ timeout: DONE });
    await tab.page.getByTestId('cancel').click();
    await tab.waitFor('stopped', DONE);
    expect(await tab.status.textContent()).toMatch(/\d+ of 2 000 answers are kept; Run goes on from there/u);
    await tab.page
      .getByTestId('grid')
      .getByText(/preliminary: \d+ of 100 answers a cell/u)
      .waitFor();
    expect(await tab.page.getByTestId('cell-g-0-0').getByRole('button').count()).toBe(1);
    await context.close();
  });

  it('breaks no policy and logs no error', () => {
    expect(misdeeds.list).toEqual([]);
  });
});
