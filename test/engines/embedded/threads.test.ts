import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { threadsFor } from '../../../src/core/model/threads.ts';
import type { EmbeddedModel } from '../../../src/engines/embedded/engine.ts';
import type { Kernels } from '../../../src/engines/embedded/kernels.ts';
import { Arena, startKernels } from '../../../src/engines/embedded/kernels.ts';
import { loadEmbedded } from '../../../src/engines/embedded/load.ts';
import { readKernels, startHelper } from '../../../src/engines/embedded/node.ts';
import type { Crew, Helper, HelperTask, ThreadedKernels } from '../../../src/engines/embedded/threads.ts';
import { startCrew } from '../../../src/engines/embedded/threads.ts';
import { tinyModel } from './tiny-model.ts';

const MEMORY = 8 << 20;

const noise = (count: number, seed: number) =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * 12.9898 + seed * 78.233) * 2);

/** A helper that never begins, or that pretends to have. */
const idle = (ready: Promise<unknown>, ended: string[] = []) => ({ ready, end: () => void ended.push('ended') });

describe('kernels', () => {
  let plain: Kernels;
  let threaded: Kernels;
  let crew: Crew;
  const plainArena = new Arena(MEMORY);
  const arena = new Arena(MEMORY, true);
  const [a, w, c] = [64 * 256, 640 * 256, 64 * 1000].map((floats) => {
    const at = arena.take(floats * 4);
    expect(plainArena.take(floats * 4)).toBe(at);
    return at;
  }) as [number, number, number];

  beforeAll(async () => {
    plain = await startKernels(await readKernels(), plainArena.memory);
    const started = await startCrew({ count: 3, start: startHelper }, await readKernels(true), arena, 4096);
    threaded = started.kernels;
    crew = started.crew;
    expect(await crew.begin()).toBe('3 threads');
  });
  afterAll(() => crew.end());

  /** The same call on the same numbers gives the same bits. */
  function same(put: (arena: Arena) => void, call: (kernels: Kernels) => void, out: number, length: number): void {
    for (const [kernels, memory] of [
      [plain, plainArena],
      [threaded, arena],
    ] as const) {
      put(memory);
      call(kernels);
    }
    expect(
      Buffer.compare(
        Buffer.from(plainArena.memory.buffer, out, length * 4),
        Buffer.from(arena.memory.buffer, out, length * 4),
      ),
    ).toBe(0);
  }

  test('matrix products of any shape are the same bits', () => {
    const eight = (most: number) => fc.integer({ min: 1, max: most / 8 }).map((n) => n * 8);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 64 }),
        eight(256),
        eight(640),
        fc.integer({ min: 0, max: 1 }),
        (m, k, n, add) => {
          same(
            (memory) => {
              memory.f32(a, m * k).set(noise(m * k, 1));
              memory.f32(w, n * k).set(noise(n * k, 2));
              memory.f32(c, m * n).set(noise(m * n, 3));
            },
            (kernels) => kernels.matmul(a, w, c, m, k, n, n, add),
            c,
            m * n,
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  test('gates and sums of exponentials are the same bits', () => {
    const put = (memory: Arena) => memory.f32(w, 64 * 1280).set(noise(64 * 1280, 4));
    same(put, (kernels) => kernels.siluMul(w, c, 61, 640), c, 61 * 640);
    same(put, (kernels) => kernels.logSumExp(w, 5000, 15, 4999, c), c, 30);
  });
});

describe('a model', { timeout: 60_000 }, () => {
  // Wide enough that its work is shared.
  const tiny = tinyModel({ hidden: 64, headWidth: 16, inner: 256, context: 192, extraTokens: 4000 });
  const load = async (count: number, start: (task: HelperTask) => Helper = startHelper, signal?: AbortSignal) =>
    loadEmbedded({
      modelId: 'tiny',
      assets: (await tiny).assets,
      wasm: readKernels,
      threads: { count, start },
      signal,
    });

  /** All that it computes. */
  async function numbers(model: EmbeddedModel): Promise<unknown> {
    const prompts = Array.from({ length: 6 }, (_, i) => `hello world and good ${'and bad '.repeat(3 * i)} ${i}`);
    const score = await model.score(prompts.map((prompt) => ({ prompt, continuations: [' good', ' bad and'] })));
    const generated = await model.generate(
      prompts.map((prompt) => ({ prompt, maxTokens: 12, temperature: 1, topP: 1, stop: [], seed: 3 })),
    );
    return { score, generated, embedded: (await model.embed(prompts)).map((vector) => [...vector]) };
  }

  test('gives the same bits on one, two and three threads', async () => {
    const models = await Promise.all([load(1), load(2), load(3)]);
    expect(models.map(({ identity }) => identity.threads)).toEqual(['1 thread', '2 threads', '3 threads']);
    const [one, ...others] = await Promise.all(models.map(numbers));
    for (const other of others) expect(other).toEqual(one);
    for (const model of models) model.dispose();
  });

  test.each<[string, string, () => Helper]>([
    [
      'cannot be made',
      'no workers here',
      () => {
        throw new Error('no workers here');
      },
    ],
    ['fails', 'no script', () => idle(Promise.reject(new Error('no script')))],
    ['says nothing', 'no sign of life within 10 s', () => idle(new Promise(() => {}))],
  ])('runs without a helper that %s, and says so', async (_, reason, start) => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    try {
      const loading = load(2, start);
      const advance = setInterval(() => vi.advanceTimersByTime(10_000), 5);
      const model = await loading.finally(() => clearInterval(advance));
      expect(model.identity.threads).toBe(`1 thread; 1 more did not start: ${reason}`);
      expect(model.selfTest.every(({ passed }) => passed)).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });

  test('goes on with the helpers that did start', async () => {
    let started = 0;
    const model = await load(3, (task) =>
      started++ === 0 ? idle(Promise.reject(new Error('full'))) : startHelper(task),
    );
    expect(model.identity.threads).toBe('2 threads; 1 more did not start: full');
    model.dispose();
  });

  test('ends its threads when it is unloaded, and when it is not loaded after all', async () => {
    const ended: string[] = [];
    const helper = () => idle(Promise.resolve(), ended);
    (await load(3, helper)).dispose();
    expect(ended).toHaveLength(2);
    const controller = new AbortController();
    const aborting = load(
      3,
      () => {
        controller.abort();
        return helper();
      },
      controller.signal,
    );
    await expect(aborting).rejects.toMatchObject({ code: 'aborted' });
    expect(ended).toHaveLength(4);
  });

  test.each([0, 1.5, 33])('refuses %d threads', async (count) => {
    await expect(load(count)).rejects.toMatchObject({
      code: 'bad-request',
      message: expect.stringContaining('from 1 to 32'),
    });
  });
});

test('a thread that dies in the middle of its work is an error, then and later, not a wait without end', async () => {
  const arena = new Arena(MEMORY, true);
  /** Takes a piece of work and is gone. */
  const thief = `
    const { workerData: { memory } } = require('node:worker_threads');
    const left = new Int32Array(memory.buffer, 64, 1);
    for (;;) { const n = Atomics.load(left, 0); if (n > 0 && Atomics.compareExchange(left, 0, n, n - 1) === n) break; }
  `;
  const start = ({ memory }: HelperTask) => {
    const worker = new Worker(thief, { eval: true, workerData: { memory } });
    return idle(new Promise((resolve) => worker.once('online', () => resolve(undefined))));
  };
  const { kernels, crew } = await startCrew({ count: 2, start }, await readKernels(true), arena, 4096);
  await crew.begin();
  (kernels as ThreadedKernels).setThreads(2, 50);
  const [x, w, y] = [arena.take(1 << 20), arena.take(1 << 20), arena.take(1 << 20)] as const;
  const multiply = () => kernels.matmul(x, w, y, 256, 256, 1024, 1024, 0);
  const until = performance.now() + 20_000;
  await expect(async () => {
    while (performance.now() < until) multiply();
  }).rejects.toMatchObject({ code: 'worker-died', message: expect.stringContaining('Load the model again') });
  expect(multiply).toThrow('stopped in the middle');
}, 30_000);

test('one core is left to the page where there are more than two', () => {
  expect([1, 2, 3, 4, 64].map(threadsFor)).toEqual([1, 2, 2, 3, 4]);
});
