import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadEmbedderInNode } from '../../../src/engines/transformers/node.ts';
import { type CuttingServer, cuttingServer } from '../assets/cutting-server.ts';
import { COMMIT, filesOf, hubListing } from './listing.ts';
import { tableEmbedder } from './table-embedder.ts';

const GRAPH = 'onnx/model.onnx';
const listing = 'api/models/owner/name/revision/main?blobs=true';
const address = (name: string) => `owner/name/resolve/${COMMIT}/${name}`;

let server: CuttingServer;
let folder: string;
let downloads: string;

/** The hub as its listing and files look, with the table embedder in it. */
beforeEach(async () => {
  ({ folder } = await tableEmbedder());
  downloads = mkdtempSync(join(tmpdir(), 'knowshot-downloads-'));
  const files = filesOf(folder);
  server = await cuttingServer(new Map([...files].map(([name, data]) => [address(name), data])));
  server.files.set(listing, new TextEncoder().encode(hubListing(files.set('README.md', new Uint8Array([1])))));
  process.env.HF_ENDPOINT = server.url;
});
afterEach(() => {
  delete process.env.HF_ENDPOINT;
  server.close();
});

const load = (dtype?: 'q8') => loadEmbedderInNode({ model: 'owner/name', downloads, ...(dtype ? { dtype } : {}) });
const graphs = () => server.asked.filter(({ path }) => path === address(GRAPH)).map(({ range }) => range);

test('a model of the hub is downloaded once, each file found right, and then asks nobody', async () => {
  const own = await loadEmbedderInNode({ model: folder });
  const embedder = await load();
  expect(embedder.identity).toMatchObject({ id: 'owner/name:fp32', revision: COMMIT });
  expect(embedder.identity.files.map(({ name }) => name)).toContain(GRAPH);
  expect(await embedder.embed(['good and bad'])).toEqual(await own.embed(['good and bad']));
  expect(server.asked.some(({ path }) => path.endsWith('README.md'))).toBe(false);
  server.asked.length = 0;
  await load();
  expect(server.asked).toEqual([]);
}, 120_000);

test('a download that is cut goes on with a range request', async () => {
  // Of a file small enough that the cut meets it alone.
  const size = (server.files.get(address(GRAPH)) as Uint8Array).length;
  const cut = server.spoil;
  let times = 0;
  server.spoil = (path, bytes) => {
    if (path === address(GRAPH) && times++ === 0) server.cuts.unshift(100);
    return cut(path, bytes);
  };
  await load();
  expect(size).toBeGreaterThan(100);
  expect(graphs()).toEqual([undefined, 'bytes=100-']);
}, 120_000);

test('a file with a flipped byte never loads, arriving or kept', async () => {
  const flip = (bytes: Uint8Array) => bytes.with(bytes.length - 9, (bytes.at(-9) as number) ^ 1);
  server.spoil = (path, bytes) => (path === address(GRAPH) ? flip(bytes) : bytes);
  await expect(load()).rejects.toMatchObject({ code: 'wrong-hash' });
  server.spoil = (_, bytes) => bytes;
  const { identity } = await load();
  const kept = join(downloads, 'knowshot/onnx/huggingface.co', address(GRAPH));
  writeFileSync(kept, flip(new Uint8Array(readFileSync(kept))));
  server.asked.length = 0;
  expect((await load()).identity).toEqual(identity);
  expect(server.asked.map(({ path }) => path)).toEqual([address(GRAPH)]);
}, 120_000);

test('a number type that is not there is refused with those that are, before anything is downloaded', async () => {
  await expect(load('q8')).rejects.toThrow(/lacks onnx\/model_quantized\.onnx.*It has: fp32/u);
  expect(server.asked.map(({ path }) => path)).toEqual([listing]);
  server.files.delete(listing);
  await expect(load()).rejects.toMatchObject({ code: 'network' });
}, 120_000);
