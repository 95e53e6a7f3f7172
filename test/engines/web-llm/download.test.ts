import { describe, expect, it } from 'vitest';
import { addresses, choose } from '../../../src/engines/web-llm/catalog.ts';
import { webLlmStore } from '../../../src/engines/web-llm/store.ts';
import { code } from '../../contract/under-test.ts';
import { MACHINE } from './hub.ts';
import { loading } from './loading.ts';

const at = addresses(choose('Qwen2.5-0.5B-Instruct', false));
const shardRequests = (asked: readonly string[]) => asked.filter((url) => url.includes('params_shard'));

describe('the download of a web-llm model', () => {
  it('tells bytes of a whole that is known from the start, and takes only what the model needs', async () => {
    const { load, progress, hub } = loading();
    await load();
    const download = progress.filter(({ phase }) => phase === 'download');
    const total = download[0]?.total as number;
    expect(total).toBeGreaterThan(15_000);
    expect(download.every((step) => step.total === total && (step.done as number) <= total)).toBe(true);
    expect(download.at(-1)?.done).toBe(total);
    expect(progress.at(-1)).toEqual({ phase: 'ready' });
    expect(hub.asked.filter((url) => url.endsWith('README.md'))).toEqual([]);
  });

  it('asks the network for nothing once the model is here', async () => {
    const { load, hub } = loading();
    await load();
    hub.asked.length = 0;
    const again = await load({ fetch: () => Promise.reject(new Error('offline')) });
    expect(hub.asked).toEqual([]);
    expect(again.identity.id).toBe('Qwen2.5-0.5B-Instruct-q4f32_1-MLC');
  });

  it('pins the revision that its listing names', async () => {
    const { load, hub } = loading();
    const { identity } = await load();
    expect(identity.revision).toContain('c0ffee000000');
    expect(shardRequests(hub.asked).every((url) => url.includes(`/resolve/${'c0ffee'.padEnd(40, '0')}/`))).toBe(true);
    expect(identity.files.map((file) => file.name)).toContain('params_shard_2.bin');
  });

  it('goes on where it was cut off', async () => {
    const { load, hub } = loading();
    hub.answer = (url) => (url.endsWith('shard_2.bin') ? new Response(null, { status: 404 }) : undefined);
    await expect(load()).rejects.toEqual(code('network'));
    hub.answer = () => undefined;
    hub.asked.length = 0;
    await load();
    expect(shardRequests(hub.asked)).toHaveLength(1);
    expect(hub.asked).not.toContain(at.listing);
  });

  it('stops when it is told to, and keeps what is whole', async () => {
    const { load, hub } = loading();
    const controller = new AbortController();
    hub.answer = (url) => {
      if (url.endsWith('shard_1.bin')) controller.abort();
      return undefined;
    };
    await expect(load({ signal: controller.signal })).rejects.toEqual(code('aborted'));
    hub.answer = () => undefined;
    hub.asked.length = 0;
    await load();
    expect(shardRequests(hub.asked).length).toBeLessThan(3);
  });

  it('tries a file again when its server falters', async () => {
    const { load, hub } = loading();
    hub.answer = (url, time) =>
      url.endsWith('shard_0.bin') && time < 3 ? new Response('busy', { status: 503 }) : undefined;
    await expect(load()).resolves.toBeDefined();
    expect(hub.asked.filter((url) => url.endsWith('shard_0.bin'))).toHaveLength(3);
  });

  it.each([
    ['with one flipped byte', (bytes: Uint8Array) => bytes.with(4000, (bytes[4000] as number) ^ 1), 'wrong-hash'],
    ['cut short', (bytes: Uint8Array) => bytes.slice(0, 4000), 'network'],
    ['too long', (bytes: Uint8Array) => Uint8Array.from([...bytes, 0]), 'wrong-hash'],
  ])('never loads a file that arrives %s', async (_, change, error) => {
    for (const name of ['params_shard_1.bin', 'tokenizer.json']) {
      const { load, hub, store } = loading();
      if (name === 'tokenizer.json') hub.files.set(name, new Uint8Array(6000).fill(32));
      hub.answer = (url) =>
        url.endsWith(name) ? new Response(change(hub.files.get(name) as Uint8Array) as never) : undefined;
      await expect(load()).rejects.toEqual(code(error));
      expect((await store.entries())[0]?.complete).toBe(false);
    }
  });

  it('finds a byte that flips later, and downloads just that file again', async () => {
    const { load, hub, store } = loading();
    await load();
    const plan = (await store.entry(at.repository))?.plan;
    const shard = plan?.files.find((file) => file.name === 'params_shard_0.bin');
    if (!shard) throw new Error('no shard');
    const bytes = (await store.read(shard)) as Uint8Array<ArrayBuffer>;
    await store.write(shard, bytes.with(17, (bytes[17] as number) ^ 4) as Uint8Array<ArrayBuffer>);
    await expect(load({ fetch: () => Promise.reject(new TypeError('offline')) })).rejects.toEqual(code('network'));
    hub.asked.length = 0;
    await load();
    expect(hub.asked).toEqual([shard.url]);
  });

  it('refuses weights that are named but not listed, which web-llm would fetch unchecked', async () => {
    const { load, hub } = loading();
    hub.files.set(
      'tensor-cache.json',
      new TextEncoder().encode(JSON.stringify({ records: [{ dataPath: 'https://elsewhere.example/x.bin' }] })),
    );
    const call = load();
    await expect(call).rejects.toEqual(code('bad-model'));
    await expect(call).rejects.toThrow('elsewhere');
  });

  it.each([
    [
      'no shards',
      (hub: ReturnType<typeof loading>['hub']) => [0, 1, 2].map((i) => hub.files.delete(`params_shard_${i}.bin`)),
      'bad-model',
    ],
    [
      'no chat config',
      (hub: ReturnType<typeof loading>['hub']) => hub.files.delete('mlc-chat-config.json'),
      'bad-model',
    ],
  ])('refuses a repository with %s, before it downloads anything', async (_, change, error) => {
    const { load, hub } = loading();
    change(hub);
    await expect(load()).rejects.toEqual(code(error));
    expect(hub.asked.sort()).toEqual([at.libraryListing, at.listing].sort());
  });

  it.each([
    ['a login page', () => new Response('<html>sign in</html>'), 'did not answer with a list of files'],
    ['too many requests', () => new Response('slow down', { status: 429 }), 'Wait an hour'],
    ['nothing', () => Promise.reject(new TypeError('Failed to fetch')), 'Could not reach huggingface.co'],
  ])('says what to do when the hub answers with %s', async (_, answer, message) => {
    const { load, hub } = loading();
    hub.answer = (url) => (url === at.listing ? answer() : undefined);
    const call = load();
    await expect(call).rejects.toEqual(code('network'));
    await expect(call).rejects.toThrow(message);
  });

  it('says when the browser has no room, and keeps what is there', async () => {
    const { load, hub, caches } = loading();
    caches.room = 9000;
    await expect(load()).rejects.toEqual(code('quota'));
    caches.room = Number.POSITIVE_INFINITY;
    hub.asked.length = 0;
    await load();
    expect(shardRequests(hub.asked).length).toBeLessThan(3);
  });

  it('asks nobody for a model that this machine cannot hold', async () => {
    const small = {
      ...MACHINE,
      gpu: { ...(MACHINE.gpu as never as object), maxBufferSize: 2 ** 20 },
    } as typeof MACHINE;
    const full = { ...MACHINE, storage: { quota: 1e6, usage: 9e5 } };
    const none = { ...MACHINE, gpu: null, gpuProblem: 'No GPU here. Use another browser.' };
    for (const [machine, error, message] of [
      [small, 'out-of-memory', '68 MB'],
      [full, 'quota', '309 MB'],
      [none, 'no-capability', 'No GPU here'],
    ] as const) {
      const { load, hub } = loading({ machine });
      const call = load();
      await expect(call).rejects.toEqual(code(error));
      await expect(call).rejects.toThrow(message);
      expect(hub.asked).toEqual([]);
    }
  });

  it('is deleted whole, but for a library that another model uses', async () => {
    const first = loading();
    await first.load();
    expect(await first.store.entries()).toHaveLength(1);
    const other = loading({ modelId: 'Qwen2.5-1.5B-Instruct' });
    await other.load({ store: first.store, fetch: other.hub.fetch });
    await first.store.remove(at.repository);
    other.hub.asked.length = 0;
    await other.load({ store: first.store });
    expect(other.hub.asked).toEqual([]);
    await first.store.remove(addresses(choose('Qwen2.5-1.5B-Instruct', false)).repository);
    expect(first.caches.size()).toBe(0);
    expect(await webLlmStore(first.caches).entries()).toEqual([]);
  });
});
