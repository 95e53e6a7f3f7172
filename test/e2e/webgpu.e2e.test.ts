import type { Browser, Page } from 'playwright-core';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScoreRequest } from '../../src/core/model/language-model.ts';
import { launch, reason, SWIFTSHADER, site } from './browser.ts';
import type { api } from './webgpu-page.ts';

type Api = typeof api;

const ITEMS = [
  'A striker scored twice',
  'Shares fell after the report',
  'A chip doubles the speed',
  'Two presidents signed',
];
const WORDS = ['sports', 'business', 'technology', 'world'];

/** Prompts that share their demos, some that share nothing, and one long enough to need several passes. */
function requests(): ScoreRequest[] {
  const demos = ITEMS.map((text, i) => `Article: ${text}.\nTopic: ${WORDS[i]}\n\n`).join('');
  const shared = ITEMS.map((text) => `${demos}Article: ${text} today.\nTopic:`);
  const alone = ['Water is made of', 'x', `Text: ${'the harbour lights came on one by one '.repeat(40)}\nTopic:`];
  return [...shared, ...alone].map((prompt) => ({ prompt, continuations: WORDS.map((word) => ` ${word} and more`) }));
}

describe.skipIf(site.chromium === null)(`the embedded model on WebGPU, by SwiftShader${reason}`, () => {
  let server: ViteDevServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    server = await createServer({ server: { port: 0, hmr: false, watch: null }, logLevel: 'error' });
    await server.listen();
    browser = await launch(SWIFTSHADER);
    page = await browser.newPage();
    await page.goto(`${server.resolvedUrls?.local[0]}test/e2e/webgpu.html`);
    await page.waitForFunction(() => 'api' in globalThis);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const identity = (backend: 'wasm' | 'webgpu') =>
    page.evaluate((b) => (globalThis as unknown as { api: Api }).api.identity(b), backend);
  const score = (backend: 'wasm' | 'webgpu', list: ScoreRequest[]) =>
    page.evaluate(([b, r]) => (globalThis as unknown as { api: Api }).api.score(b, r), [backend, list] as const);
  const flat = (logprobs: readonly (readonly number[])[]) => logprobs.flat();

  it('passes its self-test against WASM, and says what it runs on', async () => {
    const { identity: id, selfTest, capabilities } = await identity('webgpu');
    expect(id.backend).toMatch(/^webgpu \(.+\), wasm-(relaxed-)?simd/u);
    expect(selfTest.find((test) => test.name === 'WebGPU gives the numbers of WASM')?.passed).toBe(true);
    expect(capabilities).toContain('latent');
  }, 120_000);

  it('gives the numbers of WASM, computing as few tokens', async () => {
    const [wasm, gpu] = [await score('wasm', requests()), await score('webgpu', requests())];
    console.log(`wasm ${wasm.seconds.toFixed(2)} s, webgpu ${gpu.seconds.toFixed(2)} s, ${gpu.usage.computed} tokens`);
    expect(gpu.usage).toEqual(wasm.usage);
    const theirs = flat(wasm.logprobs);
    flat(gpu.logprobs).forEach((value, i) => {
      expect(Math.abs(value - (theirs[i] as number))).toBeLessThan(1e-3);
    });
  }, 180_000);

  it('gives the same numbers in another order and alone', async () => {
    const list = requests();
    const together = await score('webgpu', list);
    const reversed = await score('webgpu', [...list].reverse());
    expect([...reversed.logprobs].reverse()).toEqual(together.logprobs);
    const first = list[0] as ScoreRequest;
    expect((await score('webgpu', [first])).logprobs).toEqual([together.logprobs[0]]);
  }, 180_000);

  describe('whose device is lost', () => {
    const lose = (...args: Parameters<Api['lose']>) =>
      page.evaluate((a) => (globalThis as unknown as { api: Api }).api.lose(...a), args);
    const near = (one: readonly (readonly number[])[], other: readonly (readonly number[])[]) => {
      const theirs = flat(other);
      expect(flat(one)).toHaveLength(theirs.length);
      flat(one).forEach((value, i) => {
        expect(Math.abs(value - (theirs[i] as number))).toBeLessThan(1e-3);
      });
    };

    it.each(['before', 'during'] as const)(
      'is put on another one, and the call gives the same numbers: %s it',
      async (when) => {
        const { first, second, wasm, reloaded } = await lose(when, 'none');
        expect(reloaded).toBe(true);
        expect(first.code).toBe('finished');
        near(first.logprobs, wasm.logprobs);
        expect(second).toEqual(first);
      },
      300_000,
    );

    it.each([
      ['lost', 'device-lost'],
      ['refused', 'no-capability'],
    ] as const)(
      'and the next one %s: the call ends with the reason, and a later one goes on',
      async (next, code) => {
        const { first, second, wasm } = await lose('during', next);
        expect(first.code).toBe(code);
        expect(first.message).toMatch(/choose WASM under Models/iu);
        expect(second.code).toBe('finished');
        near(second.logprobs, wasm.logprobs);
      },
      300_000,
    );
  });

  it('stops when asked, and goes on afterwards', async () => {
    const list = ITEMS.map((text) => ({ prompt: `Note. ${text}.\nTopic:`, continuations: [' sports', ' world'] }));
    const code = await page.evaluate((r) => (globalThis as unknown as { api: Api }).api.abort('webgpu', r), list);
    expect(code).toBe('aborted');
    const again = await score('webgpu', list.slice(0, 1));
    const wasm = await score('wasm', list.slice(0, 1));
    expect(Math.abs((again.logprobs[0]?.[0] as number) - (wasm.logprobs[0]?.[0] as number))).toBeLessThan(1e-3);
  }, 180_000);
});
