import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchAssets } from '../../../src/engines/assets/fetch-assets.ts';
import { fsAssets } from '../../../src/engines/assets/fs-assets.ts';
import { sha256Hex } from '../../../src/engines/assets/sha256.ts';

const code = (value: string) => expect.objectContaining({ name: 'EngineError', code: value });

describe('files on disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assets-'));
  writeFileSync(join(folder, 'a.txt'), 'hello');
  afterAll(() => rmSync(folder, { recursive: true }));

  test('are read whole', async () => {
    const seen: number[] = [];
    const bytes = await fsAssets(folder).read('a.txt', { onProgress: (done) => seen.push(done) });
    expect(new TextDecoder().decode(bytes)).toBe('hello');
    expect(seen).toEqual([5]);
  });

  test('that are missing, outside the folder, or no longer wanted are refused', async () => {
    await expect(fsAssets(folder).read('b.txt')).rejects.toEqual(code('network'));
    await expect(fsAssets(folder).read('../b.txt')).rejects.toEqual(code('bad-request'));
    await expect(fsAssets(folder).read('a.txt', { signal: AbortSignal.abort() })).rejects.toEqual(code('aborted'));
  });
});

describe('files over HTTP', () => {
  const server = createServer((request, response) => {
    if (request.url === '/base/a.bin') response.writeHead(200, { 'content-length': '6' }).end('abcdef');
    else if (request.url === '/base/page') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    else if (request.url === '/base/slow') response.writeHead(200, { 'content-length': '6' }).write('abc');
    else response.writeHead(404).end();
  });
  let base: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test("are streamed, with progress, from the page's folder", async () => {
    const seen: [number, number | undefined][] = [];
    const bytes = await fetchAssets(base).read('a.bin', { onProgress: (done, total) => seen.push([done, total]) });
    expect(new TextDecoder().decode(bytes)).toBe('abcdef');
    expect(seen.at(-1)).toEqual([6, 6]);
  });

  test('that are missing are refused, and so is a page in their place', async () => {
    await expect(fetchAssets(base).read('b.bin')).rejects.toEqual(code('network'));
    await expect(fetchAssets(base).read('page')).rejects.toThrow('sent a web page instead');
    await expect(fetchAssets('http://127.0.0.1:1/').read('a')).rejects.toEqual(code('network'));
  });

  test('stop when asked', async () => {
    const controller = new AbortController();
    const reading = fetchAssets(base).read('slow', { signal: controller.signal, onProgress: () => controller.abort() });
    await expect(reading).rejects.toEqual(code('aborted'));
  });
});

test('SHA-256', async () => {
  expect(await sha256Hex(new TextEncoder().encode('abc'))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});
