import { fileURLToPath } from 'node:url';
import type { Browser, Route } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeLink } from '../../src/core/link/link.ts';
import { parseSpec } from '../../src/core/run/spec.ts';
import { exportedModel } from '../engines/transformers/exported.ts';
import { COMMIT, filesOf, hubListing } from '../engines/transformers/listing.ts';
import { tableEmbedder } from '../engines/transformers/table-embedder.ts';
import { launch, reason, site } from './browser.ts';
import { linkOn, newContext, PlaygroundPage } from './playground-page.ts';

const WAIT = 240_000;

const mini = fileURLToPath(new URL('../../public/models/knowshot-mini', import.meta.url));

/** As the hub does, for one repository. */
async function answer(route: Route, repository: string, folder: string): Promise<void> {
  const { pathname } = new URL(route.request().url());
  const files = filesOf(folder);
  const headers = { 'access-control-allow-origin': '*' };
  const name = pathname.replace(`/${repository}/resolve/${COMMIT}/`, '');
  if (pathname === `/api/models/${repository}/revision/main`)
    await route.fulfill({ status: 200, headers, body: hubListing(files) });
  else if (files.has(name))
    await route.fulfill({ status: 200, headers, body: Buffer.from(files.get(name) as Uint8Array) });
  else await route.fulfill({ status: 404, headers });
}

describe.skipIf(site.url === null)(`an ONNX model in a real browser${reason}`, { timeout: 3 * WAIT }, () => {
  let browser: Browser;
  beforeAll(async () => {
    // Without WebGPU, so that WASM is taken.
    browser = await launch([]);
  });
  afterAll(() => browser?.close());

  it('gives the numbers of the embedded model, and asks nobody but the hub', async () => {
    const folder = await exportedModel(mini, ['fp32']);
    const context = await newContext(browser);
    context.setDefaultTimeout(WAIT);
    const asked: string[] = [];
    await context.route(/^https:/u, async (route) => {
      const address = new URL(route.request().url());
      asked.push(address.href);
      await answer(route, 'knowshot/mini', folder);
    });
    const own = await PlaygroundPage.open(context, site.url + linkOn({ engine: 'embedded', id: 'knowshot-mini' }, 4), {
      list: [],
    });
    await own.waitFor('done', WAIT);
    const embedded = await own.record();
    expect(asked).toEqual([]);

    const errors = { list: [] as string[] };
    const tab = await PlaygroundPage.open(
      context,
      site.url + linkOn({ engine: 'transformers', id: 'knowshot/mini:fp32' }, 4),
      errors,
    );
    await tab.page.getByText(/knowshot\/mini:fp32 in ONNX/u).waitFor();
    expect(asked).toEqual([]);
    await tab.page.getByTestId('run').click();
    await tab.waitFor('done', WAIT);
    const onnx = await tab.record();
    expect(onnx.model).toMatchObject({ engine: 'transformers', id: 'knowshot/mini:fp32', backend: 'onnxruntime wasm' });
    onnx.cells.forEach((cell, i) => {
      cell.labelLogprobs.forEach((value, k) => {
        expect(Math.abs(value - (embedded.cells[i]?.labelLogprobs[k] ?? Number.NaN))).toBeLessThan(1e-3);
      });
    });
    expect(new Set(asked.map((address) => new URL(address).host))).toEqual(new Set(['huggingface.co']));
    // Files that an export need not have may be missing, and Chromium itself says that it has no GPU.
    const expected = /^third party: https:\/\/huggingface\.co|404|No available adapters/u;
    expect(errors.list.filter((text) => !expected.test(text))).toEqual([]);
    await context.close();
  });

  it('puts a sentence embedder beside the embedded model, on the user’s word, and says in the record which', async () => {
    const { folder } = await tableEmbedder(512);
    const context = await newContext(browser);
    context.setDefaultTimeout(WAIT);
    const asked: string[] = [];
    await context.route(/^https:/u, async (route) => {
      asked.push(route.request().url());
      await answer(route, 'owner/small', folder);
    });
    const parsed = parseSpec({
      version: 1,
      data: { id: 'topic' },
      model: { engine: 'embedded', id: 'knowshot-mini' },
      embedder: { id: 'owner/small:fp32' },
      arms: [{ id: 'a', name: 'A', select: { type: 'topk', embedding: 'sentence' }, shots: 2 }],
      limit: 4,
    });
    if (!parsed.ok) throw new Error(parsed.problem);
    const link = encodeLink({ spec: parsed.spec });
    if (!link.ok) throw new Error(link.problem);
    const tab = await PlaygroundPage.open(context, site.url + link.hash, { list: [] });
    await tab.page.getByText(/sentence embedder owner\/small:fp32/u).waitFor();
    expect(asked).toEqual([]);
    await tab.page.getByTestId('run').click();
    await tab.waitFor('done', WAIT);
    const record = await tab.record();
    expect(record.embedder).toMatchObject({ engine: 'transformers', id: 'owner/small:fp32', revision: COMMIT });
    expect(record.cells[0]?.demos[0]?.why.reason).toBe('most similar by sentence embedding');
    expect(new Set(asked.map((address) => new URL(address).host))).toEqual(new Set(['huggingface.co']));
    await context.close();
  });

  it('lists what is kept of an embedder, refuses to delete it while it is in use, and then deletes it, by keyboard', async () => {
    const { folder } = await tableEmbedder(512);
    const context = await newContext(browser);
    context.setDefaultTimeout(WAIT);
    await context.route(/^https:/u, (route) => answer(route, 'owner/small', folder));
    const place = `?panel=models${linkOn({ engine: 'embedded', id: 'knowshot-mini' }, 4)}`;
    const tab = await PlaygroundPage.open(context, site.url + place, { list: [] });
    const { page } = tab;
    const kept = page.getByTestId('kept');
    await kept.getByText('Nothing is downloaded.').waitFor();
    await page.getByLabel('Sentence embedder on the Hub').fill('owner/small');
    await page.getByLabel('Weights of the embedder').selectOption('fp32');
    await page.getByRole('button', { name: 'Download and use this embedder' }).click();
    await page
      .getByTestId('embedder-in-use')
      .getByText(/revision/u)
      .waitFor();
    const row = kept.getByTestId('kept-owner/small:fp32');
    await row.getByText('complete').waitFor();
    await row.getByText(/ONNX, 32 bits/u).waitFor();
    expect(await kept.getByTestId('kept-total').textContent()).toMatch(
      /^1 model or embedder, .* in all\. The page may/u,
    );

    const press = () => row.getByRole('button', { name: /^Delete the files of/u }).press('Enter');
    await press();
    await row.getByText(/is the sentence embedder in use/u).waitFor();
    expect(await row.getByRole('button', { name: 'Keep' }).evaluate((own) => own === document.activeElement)).toBe(
      true,
    );
    await page.keyboard.press('Escape');
    expect(await row.getByRole('button').evaluate((own) => own === document.activeElement)).toBe(true);
    await press();
    await row.getByRole('button', { name: 'Leave it out' }).press('Enter');
    await row.getByText(/has to be downloaded again/u).waitFor();
    expect(await tab.axe()).toEqual([]);
    await row.getByRole('button', { name: /^Delete \d/u }).press('Enter');
    await kept.getByText('Nothing is downloaded.').waitFor();
    await kept.getByText(/^Deleted: owner\/small:fp32/u).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Kept on this machine');
    await context.close();
  });
});
