import { describe, expect, it } from 'vitest';
import { cachedParts } from '../../../src/engines/assets/parts.ts';
import { type KeptPlaces, listKept, removeKept } from '../../../src/engines/hub/kept.ts';
import { filesOfHub } from '../../../src/engines/transformers/files.ts';
import { ONNX_CACHE, onnxStore } from '../../../src/engines/transformers/store.ts';
import { webLlmStore } from '../../../src/engines/web-llm/store.ts';
import { COMMIT, hubListing } from '../transformers/listing.ts';
import { memoryCaches } from '../web-llm/hub.ts';

/** A repository with small files and one graph of so many bytes. */
function repository(graph: number) {
  const bytes = (length: number, seed: number) => Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 255);
  return new Map([
    ['config.json', bytes(100, 1)],
    ['tokenizer.json', bytes(300, 2)],
    ['onnx/model.onnx', bytes(graph, 3)],
    ['onnx/model_quantized.onnx', bytes(1000, 4)],
  ]);
}

/** This browser with a hub of one repository; `cut` ends the answer with the graph after so many bytes. */
function browser(graph = 5000) {
  const caches = memoryCaches();
  const places: KeptPlaces = {
    caches,
    stores: new Map([
      ['web-llm', webLlmStore(caches)],
      ['transformers', onnxStore(caches)],
    ]),
    own: [ONNX_CACHE],
  };
  const files = repository(graph);
  const load = (model: string, { dtype = 'fp32' as 'fp32' | 'q8', cut = Number.POSITIVE_INFINITY } = {}) => {
    const asked: string[] = [];
    const fetch = async (url: string): Promise<Response> => {
      asked.push(url);
      if (url.includes('/api/models/')) return new Response(hubListing(files));
      const file = files.get(url.split(`/resolve/${COMMIT}/`)[1] ?? '');
      if (file === undefined) return new Response(null, { status: 404 });
      if (file.length <= cut || !url.endsWith('.onnx')) return new Response(file);
      if (asked.filter((other) => other === url).length > 1) return new Response(null, { status: 404 });
      return new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(file.subarray(0, cut));
            controller.close();
          },
        }),
      );
    };
    const loading = filesOfHub({ model, dtype }, { store: onnxStore(caches), fetch, sleep: async () => {} });
    return loading.then(
      () => asked,
      (error: unknown) => {
        if (Number.isFinite(cut)) return asked;
        throw error;
      },
    );
  };
  return { caches, places, load, list: () => listKept(places) };
}

const idOf = ({ id }: { id: string }) => id;

describe('what is kept of models and embedders', () => {
  it('is nothing at first', async () => {
    expect(await browser().list()).toEqual({ kept: [], bytes: 0 });
  });

  it('is listed with its bytes, the largest first, and each number type for itself', async () => {
    const { load, list, caches } = browser();
    await load('owner/name', { dtype: 'q8' });
    await load('owner/name');
    const { kept, bytes } = await list();
    expect(kept.map(({ engine, id, bytes, total, complete }) => [engine, id, bytes, total, complete])).toEqual([
      ['transformers', 'owner/name:fp32', 5400, 5400, true],
      ['transformers', 'owner/name:q8', 1400, 1400, true],
    ]);
    // The configuration and the tokenizer are both's.
    expect(bytes).toBe(5000 + 1000 + 400);
    expect(caches.size()).toBeGreaterThan(bytes);
  });

  it('is deleted for one number type without harm to the other, and then downloaded again', async () => {
    const { load, list, places } = browser();
    await load('owner/name');
    await load('owner/name', { dtype: 'q8' });
    const [large] = (await list()).kept;
    if (large === undefined) throw new Error('nothing is kept');
    await removeKept(large, places);
    expect((await list()).kept.map(idOf)).toEqual(['owner/name:q8']);
    expect(await load('owner/name', { dtype: 'q8' })).toEqual([]);
    expect((await load('owner/name')).filter((url) => url.endsWith('/onnx/model.onnx'))).toHaveLength(1);
  });

  it('is told of a download that broke off by what has come of it, which deleting leaves nothing of', async () => {
    const { load, list, places, caches } = browser();
    await load('owner/name', { cut: 2000 });
    const { kept, bytes } = await list();
    expect(kept).toMatchObject([{ id: 'owner/name:fp32', bytes: 2400, total: 5400, complete: false }]);
    expect(bytes).toBe(2400);
    await removeKept(kept[0] as (typeof kept)[0], places);
    expect(await list()).toEqual({ kept: [], bytes: 0 });
    expect(caches.size()).toBe(0);
    const asked = await load('owner/name');
    expect(asked.some((url) => url.includes('/api/models/'))).toBe(true);
    expect((await list()).kept[0]?.complete).toBe(true);
  });

  it('is incomplete where the browser dropped a file, whatever was true once', async () => {
    const { load, list, caches } = browser();
    await load('owner/name');
    const box = await caches.open(ONNX_CACHE);
    const graph = (await box.keys()).find(({ url }) => url.endsWith('.onnx'));
    await box.delete(graph?.url ?? '');
    expect((await list()).kept).toMatchObject([{ bytes: 400, total: 5400, complete: false }]);
  });

  it('tells what no model names any more, also behind a gap, and deletes that alone', async () => {
    const { load, list, places, caches } = browser();
    await load('owner/name');
    const parts = cachedParts(caches);
    await parts.write('https://huggingface.co/gone/model/resolve/main/onnx/model.onnx', 3, new Uint8Array(70));
    const box = await caches.open(ONNX_CACHE);
    await box.put('https://huggingface.co/gone/model/resolve/main/config.json', new Response(new Uint8Array(30)));
    const { kept, bytes } = await list();
    expect(kept.map(({ engine, bytes }) => [engine, bytes])).toEqual([
      ['transformers', 5400],
      [null, 100],
    ]);
    expect(bytes).toBe(5500);
    await removeKept({ engine: null, repository: '' }, places);
    expect((await list()).kept.map(idOf)).toEqual(['owner/name:fp32']);
    expect(await load('owner/name')).toEqual([]);
  });

  it('is still listed after a deletion that failed half-way, and can be deleted then', async () => {
    const { load, list, places, caches } = browser();
    await load('owner/name');
    const [kept] = (await list()).kept;
    if (kept === undefined) throw new Error('nothing is kept');
    const refusing = {
      open: async (name: string) => {
        const box = await caches.open(name);
        const refuse = async (url: string) => {
          if (url.endsWith('.onnx')) throw new DOMException('The disk does not answer.', 'UnknownError');
          return box.delete(url);
        };
        return name === ONNX_CACHE ? { ...box, delete: refuse } : box;
      },
    };
    const broken = { ...places, stores: new Map([['transformers', onnxStore(refusing)]]) };
    await expect(removeKept(kept, broken)).rejects.toThrow('The disk does not answer.');
    const [left] = (await list()).kept;
    expect(left).toMatchObject({ id: 'owner/name:fp32', complete: false });
    await removeKept(kept, places);
    expect(caches.size()).toBe(0);
  });
});
