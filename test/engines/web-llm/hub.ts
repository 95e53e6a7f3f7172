import { createHash } from 'node:crypto';
import type { Machine } from '../../../src/core/model/machine.ts';
import type { Caches } from '../../../src/engines/assets/parts.ts';
import { addresses, choose } from '../../../src/engines/web-llm/catalog.ts';

export const MACHINE: Machine = {
  gpu: {
    name: 'test gpu',
    f16: false,
    software: false,
    maxBufferSize: 2 ** 30,
    maxStorageBufferBindingSize: 2 ** 30,
    maxStorageBuffersPerShaderStage: 10,
    maxComputeWorkgroupStorageSize: 32768,
  },
  gpuProblem: null,
  memoryGB: 8,
  cores: 4,
  isolated: true,
  storage: { quota: 1e10, usage: 0 },
};

/** `conv_template` of Qwen2.5 and Qwen3. */
export const QWEN = {
  system_template: '<|im_start|>system\n{system_message}<|im_end|>\n',
  system_message: 'You are a helpful assistant.',
  roles: { user: '<|im_start|>user', assistant: '<|im_start|>assistant' },
  role_templates: { user: '{user_message}', assistant: '{assistant_message}' },
  seps: ['<|im_end|>\n'],
  role_content_sep: '\n',
  role_empty_sep: '\n',
  stop_str: ['<|endoftext|>', '<|im_end|>'],
  stop_token_ids: [1],
};

const COMMIT = 'c0ffee'.padEnd(40, '0');

export interface FakeHub {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Addresses asked for, in order. */
  readonly asked: string[];
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  /** Answers in place of the hub, by the end of the address; `undefined` lets the hub answer. */
  answer: (url: string, time: number) => Response | Promise<Response> | undefined;
}

/** The two hosts of one model, as their listings and files look. */
export function fakeHub(id = 'Qwen2.5-0.5B-Instruct', shards = 3): FakeHub {
  const at = addresses(choose(id, false));
  const encoded = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const names = Array.from({ length: shards }, (_, i) => `params_shard_${i}.bin`);
  const files = new Map<string, Uint8Array<ArrayBuffer>>([
    ['README.md', encoded('not needed')],
    ['mlc-chat-config.json', encoded({ conv_template: QWEN, tokenizer_files: ['tokenizer.json'] })],
    ['tensor-cache.json', encoded({ metadata: {}, records: names.map((dataPath) => ({ dataPath })) })],
    ['tokenizer.json', encoded({ any: 'tokenizer' })],
    ...names.map((name, i): [string, Uint8Array<ArrayBuffer>] => [
      name,
      Uint8Array.from({ length: 5000 + i }, (_, k) => (k * 31 + i) & 255),
    ]),
  ]);
  const library = Uint8Array.from({ length: 3000 }, (_, k) => (k * 7) & 255);
  const sha = (algorithm: string, data: Uint8Array) => createHash(algorithm).update(data).digest('hex');
  const git = (data: Uint8Array) => createHash('sha1').update(`blob ${data.length}\0`).update(data).digest('hex');
  const json = (value: unknown) =>
    new Response(JSON.stringify(value), { headers: { 'content-type': 'application/json' } });
  const asked: string[] = [];
  const hub: FakeHub = {
    asked,
    files,
    answer: () => undefined,
    async fetch(url, { signal }) {
      signal?.throwIfAborted();
      asked.push(url);
      const own = await hub.answer(url, asked.filter((other) => other === url).length);
      signal?.throwIfAborted();
      if (own) return own;
      if (url === at.listing) {
        const siblings = [...files].map(([rfilename, data]) => ({
          rfilename,
          size: data.length,
          blobId: git(data),
          ...(rfilename.endsWith('.bin') ? { lfs: { sha256: sha('sha256', data), size: data.length } } : {}),
        }));
        return json({ sha: COMMIT, siblings });
      }
      if (url === at.libraryListing) return json({ sha: git(library), size: library.length });
      if (url === at.library) return new Response(library);
      const name = [...files.keys()].find((file) => url === at.file(COMMIT, file));
      return name === undefined ? new Response('no', { status: 404 }) : new Response(files.get(name));
    },
  };
  return hub;
}

/** The browser's caches, in memory. */
export function memoryCaches(): Caches & { readonly size: () => number; room: number } {
  const boxes = new Map<string, Map<string, Uint8Array<ArrayBuffer>>>();
  const all = {
    room: Number.POSITIVE_INFINITY,
    size: () => [...boxes.values()].flatMap((box) => [...box.values()]).reduce((sum, data) => sum + data.length, 0),
    async open(name: string) {
      const box = boxes.get(name) ?? new Map<string, Uint8Array<ArrayBuffer>>();
      boxes.set(name, box);
      return {
        match: async (url: string) => (box.has(url) ? new Response(box.get(url)) : undefined),
        async put(url: string, response: Response) {
          const data = new Uint8Array(await response.arrayBuffer());
          if (all.size() + data.length > all.room) throw new DOMException('full', 'QuotaExceededError');
          box.set(url, data);
        },
        delete: async (url: string) => box.delete(url),
        keys: async () => [...box.keys()].map((url) => ({ url })),
      };
    },
  };
  return all;
}
