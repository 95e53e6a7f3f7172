import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { EngineError } from '../../../src/core/model/engine-error.ts';
import { fetchAssets } from '../../../src/engines/assets/fetch-assets.ts';
import { memoryCaches } from '../../../src/engines/assets/memory-caches.ts';
import { cachedParts } from '../../../src/engines/assets/parts.ts';
import { receive, type Wanted } from '../../../src/engines/assets/receive.ts';
import { sha256Hex } from '../../../src/engines/assets/sha256.ts';
import { type CuttingServer, cuttingServer } from './cutting-server.ts';

const SIZE = 20_000;
const FILE = Uint8Array.from({ length: SIZE }, (_, i) => (i * 31 + (i >> 8)) & 255);

const code = (value: string) => expect.objectContaining({ name: 'EngineError', code: value });

let server: CuttingServer;
beforeAll(async () => {
  server = await cuttingServer(new Map([['file.bin', FILE]]));
});
afterAll(() => server.close());
beforeEach(() => {
  server.asked.length = 0;
  server.cuts.length = 0;
  server.ranges = true;
  server.spoil = (_, bytes) => bytes;
});

async function wanted(change: Partial<Wanted> = {}): Promise<Wanted> {
  const hash = await sha256Hex(FILE);
  return {
    url: `${server.url}/file.bin`,
    bytes: SIZE,
    isRight: async (bytes) => (await sha256Hex(bytes)) === hash,
    wrong: (got) => new EngineError('wrong-hash', `${got} bytes`),
    ...change,
  };
}

const caches = () => cachedParts(memoryCaches());
const io = { fetch: (url: string, init: RequestInit) => fetch(url, init), sleep: async () => {} };
const ranges = () => server.asked.map(({ range }) => range);
const expectFile = (bytes: Uint8Array) => expect(Buffer.compare(bytes, FILE)).toBe(0);
const flipped = (bytes: Uint8Array, at: number) => bytes.with(at, (bytes[at] as number) ^ 1);

test('an answer that breaks off goes on from the bytes that came', async () => {
  server.cuts.push(7000, 5000);
  const progress: number[] = [];
  expectFile(await receive(await wanted(), { ...io, onBytes: (done) => progress.push(done) }));
  expect(ranges()).toEqual([undefined, 'bytes=7000-', 'bytes=12000-']);
  expect([...progress].sort((a, b) => a - b)).toEqual(progress);
  expect(progress.at(-1)).toBe(SIZE);
});

test('so does a later download, which first takes what an earlier one kept; nothing stays of a whole one', async () => {
  const parts = caches();
  server.cuts.push(4000, 3000, 2000);
  await expect(receive(await wanted(), { ...io, parts })).rejects.toEqual(code('network'));
  server.asked.length = 0;
  expectFile(await receive(await wanted(), { ...io, parts }));
  expect(ranges()).toEqual(['bytes=9000-']);
  expect(await parts.read(`${server.url}/file.bin`)).toEqual([]);
});

test('one that is stopped keeps what it has', async () => {
  const parts = caches();
  const controller = new AbortController();
  server.cuts.push(6000);
  const stopped = receive(await wanted(), {
    ...io,
    parts,
    signal: controller.signal,
    onBytes: (done) => done === 6000 && controller.abort(),
  });
  await expect(stopped).rejects.toEqual(code('aborted'));
  server.asked.length = 0;
  expectFile(await receive(await wanted(), { ...io, parts }));
  expect(ranges()).toEqual(['bytes=6000-']);
});

test('a server that sends the whole again is taken from the start', async () => {
  server.ranges = false;
  server.cuts.push(7000);
  expectFile(await receive(await wanted(), io));
  expect(ranges()).toEqual([undefined, 'bytes=7000-']);
});

test('what is kept beyond the end of a file that is now shorter is dropped', async () => {
  const parts = caches();
  await parts.write(`${server.url}/file.bin`, 0, new Uint8Array(SIZE + 10));
  const bytes = await receive(await wanted({ bytes: undefined }), { ...io, parts });
  expectFile(bytes);
  expect(ranges()).toEqual([`bytes=${SIZE + 10}-`, undefined]);
});

test('a kept part with a flipped byte never loads: the file is fetched once more as a whole', async () => {
  const parts = caches();
  await parts.write(`${server.url}/file.bin`, 0, flipped(FILE, 17).slice(0, 5000) as Uint8Array<ArrayBuffer>);
  expectFile(await receive(await wanted(), { ...io, parts }));
  expect(ranges()).toEqual(['bytes=5000-', undefined]);
});

test('a server whose file has a flipped byte is refused, and nothing of it is kept', async () => {
  const parts = caches();
  server.spoil = (_, bytes) => flipped(bytes, 15000);
  server.cuts.push(7000);
  await expect(receive(await wanted(), { ...io, parts })).rejects.toEqual(code('wrong-hash'));
  expect(ranges()).toEqual([undefined, 'bytes=7000-', undefined]);
  expect(await parts.read(`${server.url}/file.bin`)).toEqual([]);
});

test('an answer that is too long or too short is refused', async () => {
  server.spoil = (_, bytes) => Uint8Array.from([...bytes, 0]);
  await expect(receive(await wanted(), io)).rejects.toEqual(code('wrong-hash'));
  server.spoil = (_, bytes) => bytes.slice(0, 1000);
  await expect(receive(await wanted(), io)).rejects.toEqual(code('network'));
});

test('a file that is not there is not asked for again', async () => {
  await expect(receive(await wanted({ url: `${server.url}/none` }), io)).rejects.toEqual(code('network'));
  expect(server.asked).toHaveLength(1);
});

test('the page’s own files go on too, where their hash is known', async () => {
  const parts = caches();
  server.cuts.push(7000);
  const expected = { bytes: SIZE, sha256: await sha256Hex(FILE) };
  expectFile(await fetchAssets(server.url, parts).read('file.bin', { expected }));
  expect(ranges()).toEqual([undefined, 'bytes=7000-']);
  server.spoil = (_, bytes) => flipped(bytes, 3);
  await expect(fetchAssets(server.url, parts).read('file.bin', { expected })).rejects.toEqual(code('wrong-hash'));
}, 20_000);
