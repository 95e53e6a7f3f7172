import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIALECTS } from '../../src/cli/serve/served.ts';
import { modelServer } from '../../src/cli/serve/server.ts';
import { fetchAssets } from '../../src/engines/assets/fetch-assets.ts';
import { loadEmbedded } from '../../src/engines/embedded/load.ts';
import { readKernels } from '../../src/engines/embedded/node.ts';
import { fakeHub } from '../engines/web-llm/hub.ts';
import { launch, reason, SWIFTSHADER, site } from './browser.ts';
import { linkOn, type Misdeeds, newContext, PlaygroundPage } from './playground-page.ts';

/** Loading a model takes long on a busy machine, above all where the GPU is one of software. */
const WAIT = 120_000;

describe.skipIf(site.url === null)(`the Models panel in a real browser${reason}`, { timeout: 3 * WAIT }, () => {
  const url = site.url ?? '';
  const misdeeds: Misdeeds = { list: [] };
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch(SWIFTSHADER);
  });
  afterAll(() => browser?.close());

  const open = async (place = '', options = {}, deeds = misdeeds) => {
    const context = await newContext(browser, options);
    context.setDefaultTimeout(WAIT);
    return PlaygroundPage.open(context, url + place, deeds);
  };

  /** Answers for the hosts of models, so that no test leaves the machine. */
  const hosts = async (context: BrowserContext) => {
    const hub = fakeHub();
    await context.route(/^https:/u, async (route) => {
      const response = await hub.fetch(route.request().url(), {});
      await route.fulfill({
        status: response.status,
        headers: { 'access-control-allow-origin': '*' },
        body: Buffer.from(await response.arrayBuffer()),
      });
    });
    return hub;
  };

  it('says what this machine runs and recommends one model, without asking anyone', async () => {
    const tab = await open(`?panel=models${linkOn({ engine: 'embedded', id: 'knowshot-mini' })}`);
    await tab.page.getByTestId('model-in-use').waitFor();
    await tab.page.getByText('google swiftshader', { exact: true }).waitFor();
    expect(await tab.page.getByText('recommended here', { exact: true }).count()).toBe(1);
    expect(await tab.page.getByTestId('recommended').textContent()).toContain('Knowshot mini');
    expect(await tab.page.getByTestId('model-Qwen2.5-0.5B-Instruct').textContent()).toContain('309 MB');
    await tab.page.context().close();
  });

  it.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 320],
  ] as const)('has no accessibility fault and no sideways scroll: %s, %i px', async (colorScheme, width) => {
    const tab = await open(`?panel=models${linkOn({ engine: 'embedded', id: 'knowshot-mini' })}`, {
      colorScheme,
      viewport: { width, height: 800 },
    });
    await tab.waitFor('done', WAIT);
    await tab.page.getByText('Self-test:').click();
    await tab.page.getByTestId('model-gemma-2-2b-it').waitFor();
    expect(await tab.axe()).toEqual([]);
    expect(await tab.sidewaysScroll()).toBe(false);
    await tab.page.context().close();
  });

  it('switches to the twin, measures its speed, runs on it, and gives a link that names it', async () => {
    const tab = await open(`?panel=models${linkOn({ engine: 'embedded', id: 'knowshot-mini' })}`);
    await tab.waitFor('done', WAIT);
    const twin = tab.page.getByTestId('model-knowshot-mini-plain');
    await twin.getByRole('button', { name: /^Use: / }).click();
    await tab.page.getByTestId('model-in-use').getByText('knowshot-mini-plain').waitFor();
    await tab.page.getByRole('button', { name: 'Measure its speed here' }).click();
    await tab.page.getByText(/reads .* tokens a second, writes .* tokens a second/u).waitFor();
    await tab.page.getByRole('button', { name: 'Run the experiment on it' }).click();
    await tab.waitFor('done', WAIT);
    expect((await tab.record()).model.id).toBe('knowshot-mini-plain');
    const link = await tab.copyLink();
    const other = await open(new URL(link).hash);
    await other.waitFor('done', WAIT);
    expect((await other.record()).model.id).toBe('knowshot-mini-plain');
    expect(await other.page.getByTestId('link-check').textContent()).toBe('Every answer is the same as in the link.');
    await Promise.all([tab.page.context().close(), other.page.context().close()]);
  });

  it('compares two models as arms of one experiment, and gives a link that names both', async () => {
    const tab = await open(`?panel=models${linkOn({ engine: 'embedded', id: 'knowshot-mini' })}`);
    await tab.waitFor('done', WAIT);
    const alone = await tab.record();
    await tab.page.getByRole('button', { name: 'Compare Knowshot mini, without knowledge tasks as an arm' }).click();
    await tab.page.getByRole('button', { name: 'Run the comparison' }).click();
    await tab.page.getByTestId('status').getByText('12 answers').waitFor();
    const both = await tab.record();
    expect(both.models?.map(({ model }) => model.id)).toEqual(['knowshot-mini', 'knowshot-mini-plain']);
    expect(both.cells.slice(0, 6)).toEqual(alone.cells);
    const other = await open(new URL(await tab.copyLink()).hash);
    await other.waitFor('done', WAIT);
    expect(await other.page.getByTestId('link-check').textContent()).toBe('Every answer is the same as in the link.');
    await Promise.all([tab.page.context().close(), other.page.context().close()]);
  });

  it('scores on WebGPU at the user’s wish, says so in the record, keeps the choice, and means the same by a link', async () => {
    const tab = await open(`?panel=models${linkOn({ engine: 'embedded', id: 'knowshot-mini' }, 4)}`);
    await tab.waitFor('done', WAIT);
    const [wasm, link] = [await tab.record(), await tab.copyLink()];
    const choice = () => tab.page.getByLabel('They score on');
    await choice().selectOption('webgpu');
    await tab.page.getByText(/webgpu \(google swiftshader\)/u).waitFor();
    await tab.page.getByText('Self-test:').click();
    await tab.page.getByRole('rowheader', { name: 'WebGPU gives the numbers of WASM' }).waitFor();
    await tab.page.reload();
    await tab.waitFor('done', WAIT);
    expect(await choice().inputValue()).toBe('webgpu');
    const gpu = await tab.record();
    expect([wasm, gpu].map(({ model }) => model.backend)).toEqual([
      expect.stringMatching(/^wasm/u),
      expect.stringMatching(/^webgpu \(google swiftshader\), wasm/u),
    ]);
    gpu.cells.forEach((cell, i) => {
      cell.labelLogprobs.forEach((value, k) => {
        expect(Math.abs(value - (wasm.cells[i]?.labelLogprobs[k] ?? Number.NaN))).toBeLessThan(1e-3);
      });
    });
    expect(await tab.copyLink()).toBe(link);
    await tab.page.context().close();
  });

  it('offers no WebGPU where there is no graphics card, and measures what there is', async () => {
    const context = await newContext(browser);
    context.setDefaultTimeout(WAIT);
    await context.addInitScript(() => {
      GPU.prototype.requestAdapter = async () => null;
    });
    const place = `?panel=models${linkOn({ engine: 'embedded', id: 'knowshot-mini' })}`;
    const tab = await PlaygroundPage.open(context, url + place, misdeeds);
    await tab.waitFor('done', WAIT);
    const backends = tab.page.getByTestId('embedded-backend');
    await backends.getByText(/WebGPU cannot be chosen\. .*found no GPU/u).waitFor();
    expect(await backends.locator('option[value=webgpu]').isDisabled()).toBe(true);
    await backends.getByRole('button', { name: 'Test and measure it here' }).click();
    await tab.page
      .getByTestId('backend-trials')
      .getByText(/\d+ of \d+ passed/u)
      .waitFor();
    expect(await tab.axe()).toEqual([]);
    await context.close();
  });

  it('loads nothing for a link from a stranger that names a model of the hub, until it is asked to', async () => {
    const deeds: Misdeeds = { list: [] };
    const tab = await open(linkOn({ engine: 'web-llm', id: 'Qwen2.5-0.5B-Instruct' }), {}, deeds);
    const hub = await hosts(tab.page.context());
    const notice = tab.page.getByText(/Qwen2\.5 0\.5B: about 309 MB from huggingface\.co/u);
    await notice.waitFor();
    await tab.page.waitForTimeout(500);
    expect(deeds.list).toEqual([]);
    await tab.page.getByTestId('run').click();
    // What it then gets are not the weights of a model, and so it does not start.
    await tab.waitFor('failed', WAIT);
    expect(new Set(hub.asked.map((address) => new URL(address).host))).toEqual(
      new Set(['huggingface.co', 'api.github.com', 'raw.githubusercontent.com']),
    );
    await tab.page.context().close();
  });

  it('downloads a model at the user’s wish, keeps it, and deletes it', async () => {
    const tab = await open(`?panel=models${linkOn({ engine: 'embedded', id: 'knowshot-mini' })}`, {}, { list: [] });
    const hub = await hosts(tab.page.context());
    await tab.waitFor('done', WAIT);
    const row = tab.page.getByTestId('model-Qwen2.5-0.5B-Instruct');
    await row.getByRole('button', { name: /^Download and use/u }).click();
    await tab.page.getByRole('alert').filter({ hasText: 'could not start this model' }).waitFor();
    await row.getByText('downloaded').waitFor();
    expect(hub.asked.filter((address) => address.includes('params_shard'))).toHaveLength(3);
    hub.asked.length = 0;
    await row.getByRole('button', { name: /^Use: / }).click();
    await tab.page.getByRole('alert').filter({ hasText: 'could not start this model' }).waitFor();
    expect(hub.asked).toEqual([]);
    await row.getByRole('button', { name: /^Delete/u }).click();
    await row.getByRole('button', { name: 'Keep' }).click();
    await row.getByRole('button', { name: /^Delete the files/u }).click();
    await row.getByRole('button', { name: /^Delete \d/u }).click();
    await row.getByRole('button', { name: /^Download and use/u }).waitFor();
    await tab.page.getByTestId('kept').getByText('Nothing is downloaded.').waitFor();
    await tab.page.context().close();
  });

  it('examines a server, runs on it, and gets the numbers of the same model in the tab', async () => {
    // The files that the page gets.
    const model = await loadEmbedded({ modelId: 'knowshot-mini', assets: fetchAssets(url), wasm: readKernels });
    const server = modelServer({
      model,
      features: DIALECTS.vllm,
      access: { hosts: new Set(), origins: new Set([new URL(url).origin]), apiKey: 'secret-of-the-test' },
      bodyLimit: 1 << 20,
      onFault: () => {},
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    try {
      const tab = await open(`?panel=models${linkOn({ engine: 'embedded', id: 'knowshot-mini' })}`, {}, { list: [] });
      await tab.waitFor('done', WAIT);
      const own = await tab.record();
      await tab.page.getByLabel('Address').fill(address);
      await tab.page.getByRole('button', { name: 'Examine this server' }).click();
      const report = tab.page.getByTestId('server-report');
      await report.getByText('cannot score').waitFor();
      await tab.page.getByLabel('Key, if it asks for one').fill('secret-of-the-test');
      await tab.page.getByRole('button', { name: 'Examine this server' }).click();
      await report.getByText('knowshot-mini can run experiments.').waitFor();
      expect(await tab.axe()).toEqual([]);
      await tab.page.getByRole('button', { name: 'Use this server' }).click();
      await tab.page.getByRole('button', { name: 'Run the experiment on it' }).click();
      await tab.page.getByText('The model runs on the server that you named').waitFor();
      await tab.waitFor('done', WAIT);
      const served = await tab.record();
      expect(served.model.engine).toBe('openai');
      served.cells.forEach((cell, i) => {
        cell.labelLogprobs.forEach((value, k) => {
          expect(Math.abs(value - (own.cells[i]?.labelLogprobs[k] ?? Number.NaN))).toBeLessThan(1e-3);
        });
      });
      const link = await tab.copyLink();
      expect(JSON.stringify(served) + link).not.toContain('secret-of-the-test');
      expect(JSON.stringify(served) + decodeURIComponent(link)).not.toContain(address);
      await tab.page.context().close();
    } finally {
      server.closeAllConnections();
      server.close();
      model.dispose();
    }
  });

  it('asks nobody else for anything before a choice, breaks no policy and logs no error', () => {
    expect(misdeeds.list).toEqual([]);
  });
});
