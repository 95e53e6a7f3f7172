/**
 * The real web-llm on Chromium's software GPU, with weights that mean nothing: does its cache keep, fork and pop prefixes as
 * src/engines/web-llm relies on? Takes minutes, so it is run by hand:
 *
 *   npm run smoke:web-llm -- --library Qwen2-0.5B-Instruct-q4f32_1-ctx4k_cs1k-webgpu.wasm --package node_modules/@mlc-ai/web-llm
 *
 * The library is a file of github.com/mlc-ai/binary-mlc-llm-libs, folder web-llm-models; the package is the release of
 * @mlc-ai/web-llm that it is made for (folder v0_2_48: release 0.2.79). The result goes to scripts/web-llm-smoke/last.json.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import type { Smoke } from './page.ts';
import { bytesOf, type Param, readParams, weightsOf } from './weights.ts';

const { values } = parseArgs({ options: { library: { type: 'string' }, package: { type: 'string' } } });
if (values.library === undefined || values.package === undefined)
  throw new Error('Give --library FILE.wasm and --package FOLDER; see the top of this file.');
const library = resolve(values.library);
const packageDir = resolve(values.package);
const here = fileURLToPath(new URL('.', import.meta.url));
const outDir = await mkdtemp(join(tmpdir(), 'web-llm-smoke-'));

await build({
  configFile: false,
  logLevel: 'error',
  resolve: { alias: { '@mlc-ai/web-llm': join(packageDir, 'lib/index.js') } },
  build: { outDir, emptyOutDir: true, lib: { entry: join(here, 'page.ts'), formats: ['es'], fileName: 'page' } },
});

/** Weights in files of at most this many bytes, or of one tensor. */
const SHARD = 48e6;
const shards: { params: Param[]; bytes: number }[] = [];
for (const param of await readParams(library)) {
  const last = shards.at(-1);
  if (last && last.bytes + bytesOf(param) <= SHARD) {
    last.params.push(param);
    last.bytes += bytesOf(param);
  } else shards.push({ params: [param], bytes: bytesOf(param) });
}
const index = {
  metadata: { ParamSize: shards.reduce((sum, shard) => sum + shard.params.length, 0) },
  records: shards.map(({ params, bytes }, i) => {
    let byteOffset = 0;
    const records = params.map((param) => {
      const record = { ...param, format: 'raw', nbytes: bytesOf(param), byteOffset };
      byteOffset += record.nbytes;
      return record;
    });
    return { dataPath: `params_shard_${i}.bin`, format: 'raw-shard', nbytes: bytes, records };
  }),
};
const config = {
  tokenizer_files: ['tokenizer.json'],
  vocab_size: 151936,
  context_window_size: 512,
  sliding_window_size: -1,
  attention_sink_size: -1,
  prefill_chunk_size: 1024,
  conv_template: {
    system_template: '{system_message}',
    system_message: '',
    roles: { user: 'user', assistant: 'assistant' },
    seps: ['\n'],
    stop_str: [],
    stop_token_ids: [],
  },
  repetition_penalty: 1,
  frequency_penalty: 0,
  presence_penalty: 0,
  top_p: 1,
  temperature: 1,
};
// No text is read: any tokenizer will do.
const tokenizer = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: null,
  post_processor: null,
  decoder: null,
  model: { type: 'WordLevel', vocab: { a: 0, '<unk>': 1 }, unk_token: '<unk>' },
};

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

async function answer(path: string): Promise<Uint8Array | string | undefined> {
  const name = basename(path);
  if (path === '/') return '<!doctype html><meta charset="utf-8"><script type="module" src="/page.js"></script>';
  if (path === '/page.js' || path === '/page.mjs')
    return readFile(join(outDir, 'page.js')).catch(() => readFile(join(outDir, 'page.mjs')));
  if (path === '/library.wasm') return readFile(library);
  if (name === 'mlc-chat-config.json') return JSON.stringify(config);
  if (name === 'tokenizer.json') return JSON.stringify(tokenizer);
  if (name === 'tensor-cache.json' || name === 'ndarray-cache.json') return JSON.stringify(index);
  const shard = shards[Number(/^params_shard_(\d+)\.bin$/u.exec(name)?.[1] ?? Number.NaN)];
  return shard && Buffer.concat(shard.params.map(weightsOf));
}

const server = createServer(async (request, response) => {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  const body = await answer(path);
  response.writeHead(body === undefined ? 404 : 200, {
    'content-type': TYPES[path === '/' ? '.html' : extname(path)] ?? 'application/octet-stream',
  });
  response.end(body);
});
await new Promise<void>((done) => server.listen(0, 'localhost', done));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH || '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--enable-unsafe-webgpu',
    '--use-webgpu-adapter=swiftshader',
    '--enable-features=Vulkan',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
try {
  const page = await browser.newPage();
  page.on('console', (message) => console.error(message.text()));
  page.on('pageerror', (error) => console.error(error.message));
  await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`);
  await page.waitForFunction(() => 'smoke' in globalThis);
  page.setDefaultTimeout(0);
  const result = await page.evaluate(() => (globalThis as unknown as { smoke(): Promise<Smoke> }).smoke());
  const release = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')) as { version: string };
  const last = {
    date: new Date().toISOString().slice(0, 10),
    webLlm: release.version,
    library: basename(library),
    browser: browser.version(),
    ...result,
  };
  console.log(JSON.stringify(last, null, 2));
  await writeFile(join(here, 'last.json'), `${JSON.stringify(last, null, 2)}\n`);
} finally {
  await browser.close();
  server.close();
  await rm(outDir, { recursive: true, force: true });
}
