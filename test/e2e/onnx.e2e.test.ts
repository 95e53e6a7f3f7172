import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportedModel } from '../engines/transformers/exported.ts';
import { launch, reason, site } from './browser.ts';
import { linkOn, newContext, PlaygroundPage } from './playground-page.ts';

const WAIT = 240_000;

const mini = fileURLToPath(new URL('../../public/models/knowshot-mini', import.meta.url));

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
      const path = join(folder, address.pathname.replace(/^\/knowshot\/mini\/resolve\/[^/]+\//u, ''));
      const headers = { 'access-control-allow-origin': '*' };
      if (!existsSync(path)) await route.fulfill({ status: 404, headers });
      else await route.fulfill({ status: 200, headers, body: await readFile(path) });
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
});
