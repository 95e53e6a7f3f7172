import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, reason, site } from './browser.ts';
import { type Misdeeds, newContext, PlaygroundPage, smallLink } from './playground-page.ts';

const DONE = 120_000;

const city = (i: number) => ['Paris', 'Rome', 'Berlin', 'Vienna'][i % 4];
/** 24 rows in UTF-16 with semicolons, a line break in each text and an empty label in the last row. */
const odd = [
  'no;note;mood',
  ...Array.from(
    { length: 23 },
    (_, i) => `${i};"Note ${i}; a poodle\nin ${city(i)}";${i % 2 === 0 ? '__proto__' : 'sad'}`,
  ),
  '23;the last;',
].join('\r\n');
const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');

describe.skipIf(site.url === null)(`the Data panel in a real browser${reason}`, { timeout: 240_000 }, () => {
  const url = site.url ?? '';
  const misdeeds: Misdeeds = { list: [] };
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  const open = async (options = {}) => {
    const context = await newContext(browser, options);
    const tab = await PlaygroundPage.open(context, `${url}?panel=data${smallLink({ limit: 4 })}`, misdeeds);
    await tab.waitFor('done', DONE);
    return tab;
  };
  const drop = (tab: PlaygroundPage, name: string, buffer: Buffer) =>
    tab.page.locator('input[type=file]').first().setInputFiles({ name, mimeType: 'text/csv', buffer });
  const own = (tab: PlaygroundPage) => tab.page.getByRole('tab', { name: 'Your own' }).click();

  it('shows the bundled sets with their figures and their rows', async () => {
    const tab = await open();
    await tab.page.getByText('Texts that name a known entity').waitFor({ timeout: DONE });
    await tab.page.getByRole('button', { name: 'Science' }).click();
    await tab.page.getByText('Longest option right').waitFor({ timeout: DONE });
    await tab.page.getByText(/Blind review: the same label for \d+ of 50/u).waitFor();
    expect(await tab.axe()).toEqual([]);
    await tab.page.context().close();
  });

  it('takes a file from its bytes to a run and a link that gives the same, with nothing sent anywhere', async () => {
    const tab = await open();
    await own(tab);
    await drop(tab, 'moods.csv', utf16(odd));
    await tab.page.getByText('24 rows, text separated by semicolons, UTF-16LE with a byte order mark').waitFor();
    await tab.page.getByText('moods.csv, row 24: the column "mood" is empty').waitFor();
    await tab.page.getByLabel('Leave out rows with an empty field').check();
    await tab.page.getByLabel('Rows to evaluate').fill('6');
    await tab.page.getByText('17 rows in the pool, 6 to evaluate, 2 labels.').waitFor();
    expect(await tab.axe()).toEqual([]);
    await tab.page.getByRole('button', { name: 'Take these rows' }).click();

    await tab.page.getByLabel('__proto__').fill('glad');
    await tab.page.getByLabel('sad', { exact: true }).fill('glad');
    await tab.page.getByRole('button', { name: 'Check the words' }).click();
    await tab.page.getByText(/"glad" and "glad" as the same tokens/u).waitFor({ timeout: DONE });
    await tab.page.getByLabel('sad', { exact: true }).fill('sad');
    await tab.page.getByRole('button', { name: 'Check the words' }).click();
    await tab.page.getByText('tells all label words apart').waitFor({ timeout: DONE });

    await tab.page.getByLabel('Link names of WordNet too').check();
    await tab.page.getByRole('button', { name: 'poodle' }).first().waitFor({ timeout: DONE });
    expect(await tab.axe()).toEqual([]);
    await tab.page.getByRole('button', { name: 'Run the experiment on it' }).click();
    await tab.waitFor('running', DONE).catch(() => {});
    await tab.waitFor('done', DONE);
    const record = await tab.record();
    expect(record.cells).toHaveLength(2 * 4);
    expect(new Set(record.cells.map((cell) => cell.gold))).toEqual(new Set(['__proto__', 'sad']));

    const other = await PlaygroundPage.open(await newContext(browser), await tab.copyLink(), misdeeds);
    await other.waitFor('done', DONE);
    const again = await other.record();
    expect(again.data.digest).toBe(record.data.digest);
    expect(again.knowledgeDigest).toBe(record.knowledgeDigest);
    expect(again.cells.map((c) => c.prediction)).toEqual(record.cells.map((c) => c.prediction));
    await other.page.context().close();
    await tab.page.context().close();
  });

  it('changes a copy of a bundled set, keeps it over a reload, and exports it', async () => {
    const tab = await open();
    await tab.page.getByRole('button', { name: 'Copy to change' }).click();
    await tab.page.getByRole('button', { name: 'Change row 1', exact: true }).click();
    const removes = tab.page.getByRole('button', { name: /^Remove the link of/u });
    const before = await removes.count();
    expect(before).toBeGreaterThan(0);
    await removes.first().click();
    await tab.page.waitForFunction(
      (n) => document.querySelectorAll('[aria-label^="Remove the link of"]').length === n,
      before - 1,
    );
    expect(await tab.axe()).toEqual([]);
    await tab.page.keyboard.press('Escape');
    await tab.page.getByLabel('Title').fill('Mine');
    await tab.page.getByRole('button', { name: 'Keep in this browser' }).click();
    await tab.page.getByText('Kept in this browser as "Mine".').waitFor();
    await tab.page.reload();
    await own(tab);
    await tab.page.getByRole('button', { name: 'Open', exact: true }).click();
    await tab.page.getByRole('heading', { name: 'Mine' }).waitFor();
    const saving = tab.page.waitForEvent('download');
    await tab.page.getByRole('button', { name: 'JSONL' }).click();
    const lines = (await readFile(await (await saving).path(), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(400);
    await tab.page.context().close();
  });

  it('refuses a binary file and a row that is short, each as a whole', async () => {
    const tab = await open();
    await own(tab);
    await drop(tab, 'sheet.csv', Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0]));
    await tab.page.getByText(/sheet\.csv is a ZIP archive or a spreadsheet/u).waitFor();
    await drop(tab, 'short.csv', Buffer.from('text,label\na,x\nb\n'));
    await tab.page.getByText(/short\.csv, row 2: 1 field where the header has 2/u).waitFor();
    expect(await tab.page.getByRole('heading', { name: 'short.csv' }).count()).toBe(0);
    expect(await tab.axe()).toEqual([]);
    await tab.page.context().close();
  });

  it('takes questions whose options stand in columns, guessed or chosen, and shows their prompt', async () => {
    const tab = await open();
    await own(tab);
    const rows = Array.from(
      { length: 8 },
      (_, i) => `Where is ${i}?,north ${i},south ${i},east ${i},${'ABC'.charAt(i % 3)}`,
    );
    await drop(
      tab,
      'quiz.csv',
      Buffer.from(['q,A,B,far,key', ...rows.map((row) => row.replace(/C$/u, 'B'))].join('\n')),
    );
    await tab.page.getByText('4 rows in the pool, 4 to evaluate, 2 options at most.').waitFor();
    await tab.page.getByLabel('Option C').selectOption('far');
    await tab.page.getByText('3 options at most.').waitFor();
    await tab.page.getByText('Exact prompt').waitFor();
    expect(await tab.axe()).toEqual([]);
    await tab.page.getByLabel('Option B').selectOption('A');
    await tab.page.getByText(/quiz\.csv, row 1: the option "north 0" is given twice/u).waitFor();
    await tab.page.getByLabel('Options of a question').selectOption('none');
    await tab.page.getByText('4 to evaluate, 2 labels.').waitFor();
    await tab.page.context().close();
  });

  it('fits a narrow screen in the dark', async () => {
    const tab = await open({ viewport: { width: 320, height: 700 }, colorScheme: 'dark' });
    await tab.page.getByText('Texts that name a known entity').waitFor({ timeout: DONE });
    expect(await tab.sidewaysScroll()).toBe(false);
    await own(tab);
    await drop(tab, 'moods.csv', utf16(odd.replace('23;the last;', '23;the last;sad')));
    await tab.page.getByRole('button', { name: 'Take these rows' }).click();
    await tab.page.getByText('Exact prompt').waitFor({ timeout: DONE });
    expect(await tab.sidewaysScroll()).toBe(false);
    expect(await tab.axe()).toEqual([]);
    await tab.page.context().close();
  });

  it('asks nobody and breaks nothing on the way', () => {
    expect(misdeeds.list).toEqual([]);
  });
});
