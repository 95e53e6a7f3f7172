import { describe, expect, test, vi } from 'vitest';
import { EngineError, throwIfAborted } from '../../../src/core/model/engine-error.ts';
import type { CallOptions, LanguageModel } from '../../../src/core/model/language-model.ts';
import type { ConnectOptions } from '../../../src/engines/worker/client.ts';
import { connectModel } from '../../../src/engines/worker/client.ts';
import { serveModel } from '../../../src/engines/worker/host.ts';
import { channel } from './channel.ts';

const code = (value: string) => expect.objectContaining({ name: 'EngineError', code: value });
const soon = () => new Promise((resolve) => setTimeout(resolve, 20));

/** Waits until it is stopped, or for ever. */
const untilStopped = ({ signal }: CallOptions = {}) =>
  new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => {
      try {
        throwIfAborted(signal);
      } catch (error) {
        reject(error);
      }
    });
  });

function model(changes: Partial<LanguageModel> = {}): LanguageModel {
  return {
    identity: { engine: 'test', id: 'test', revision: '1', files: [], backend: 'none', precision: 'none' },
    capabilities: new Set(['logprobs', 'embed']),
    contextLength: 10,
    selfTest: [{ name: 'a', passed: true, maxDifference: 0, tolerance: 1 }],
    tokenize: async (texts) => texts.map((text) => [text.length]),
    score: (_, options) => untilStopped(options),
    generate: async () => ({ results: [], usage: { asked: 0, computed: 0 } }),
    embed: async (texts) => texts.map((text) => Float32Array.of(text.length)),
    dispose: () => {},
    ...changes,
  };
}

async function connected(changes: Partial<LanguageModel> = {}, options: ConnectOptions = {}) {
  const ports = channel();
  const close = vi.spyOn(ports.page, 'close');
  serveModel(ports.worker, async () => model(changes));
  return { remote: await connectModel(ports.page, {}, options), ...ports, close };
}

describe('loading through a worker', () => {
  test('gives the model, and progress on the way', async () => {
    const { page, worker } = channel();
    const phases: string[] = [];
    serveModel(worker, async (options, { onProgress }) => {
      expect(options).toEqual({ modelId: 'x' });
      onProgress({ phase: 'download', done: 1, total: 2 });
      onProgress({ phase: 'ready' });
      return model();
    });
    const remote = await connectModel(page, { modelId: 'x' }, { onProgress: ({ phase }) => phases.push(phase) });
    expect(phases).toEqual(['download', 'ready']);
    expect(remote.identity).toEqual(model().identity);
    expect([...remote.capabilities]).toEqual(['logprobs', 'embed']);
    expect(remote.selfTest).toEqual(model().selfTest);
    expect(remote.contextLength).toBe(10);
    remote.dispose();
  });

  test('passes on why it failed, and ends the worker', async () => {
    const { page, worker } = channel();
    const close = vi.spyOn(page, 'close');
    serveModel(worker, async () => {
      throw new EngineError('wrong-hash', 'no', { recoverable: true });
    });
    await expect(connectModel(page, {})).rejects.toEqual(
      expect.objectContaining({ code: 'wrong-hash', message: 'no', recoverable: true }),
    );
    expect(close).toHaveBeenCalledOnce();
  });

  test('can be stopped even when the worker does not react', async () => {
    const { page, worker } = channel();
    const close = vi.spyOn(page, 'close');
    serveModel(worker, () => new Promise(() => {}));
    const controller = new AbortController();
    const loading = connectModel(page, {}, { signal: controller.signal });
    await soon();
    controller.abort();
    await expect(loading).rejects.toEqual(code('aborted'));
    expect(close).toHaveBeenCalledOnce();
    worker.close();
  });

  test('fails when the script cannot be loaded', async () => {
    const { page, worker } = channel();
    const loading = connectModel(page, {});
    page.die('its script could not be loaded');
    await expect(loading).rejects.toEqual(code('worker-died'));
    worker.close();
  });
});

describe('calls through a worker', () => {
  test('are answered each on its own', async () => {
    const { remote } = await connected();
    const [a, b, c] = await Promise.all([remote.tokenize(['a', 'bbb']), remote.embed(['cc']), remote.tokenize([])]);
    expect(a).toEqual([[1], [3]]);
    expect(b).toEqual([Float32Array.of(2)]);
    expect(c).toEqual([]);
    remote.dispose();
  });

  test('pass on errors with their code; others become internal', async () => {
    const { remote } = await connected({
      tokenize: async () => {
        throw new TypeError('oops');
      },
      embed: async () => {
        throw new EngineError('context-too-long', 'too long', { recoverable: true });
      },
    });
    await expect(remote.tokenize(['a'])).rejects.toEqual(
      expect.objectContaining({ code: 'internal', message: expect.stringContaining('oops') }),
    );
    await expect(remote.embed(['a'])).rejects.toEqual(
      expect.objectContaining({ code: 'context-too-long', recoverable: true }),
    );
    remote.dispose();
  });

  test('of a capability that is not there are refused', async () => {
    const { remote } = await connected();
    await expect(remote.generate([])).rejects.toEqual(code('no-capability'));
    remote.dispose();
  });

  test('of an inside that is closed are refused, by the page as by the worker', async () => {
    const { remote, page } = await connected();
    expect(remote.latent).toBeUndefined();
    const answer = new Promise((resolve) => page.listen(resolve, () => {}));
    page.post({ type: 'call', id: 77, method: 'inspect', args: [] });
    expect(await answer).toMatchObject({ type: 'error', id: 77, error: { code: 'no-capability' } });
  });

  test('pass arrays to the inside of a model and back as they are, and once where they are shared', async () => {
    const shape = { layers: 1, hidden: 2, keyWidth: 2 };
    const seen: unknown[] = [];
    const { remote } = await connected({
      capabilities: new Set(['logprobs', 'latent', 'train']),
      latent: {
        shape,
        score: async (requests) => {
          seen.push(...requests);
          return { results: [], usage: { asked: 0, computed: 0 } };
        },
        inspect: async () => [],
        trainRows: async ({ examples }) => ({
          keys: examples[0]?.states as Float32Array,
          values: Float32Array.of(1),
          layer: 0,
          losses: [2, 1],
          usage: { asked: 2, computed: 1 },
        }),
        prefixGradient: async ({ prefix }) => ({ losses: [1], ...prefix, usage: { asked: 2, computed: 1 } }),
      },
    });
    expect(remote.latent?.shape).toEqual(shape);
    const ffn = { layer: 0, keys: Float32Array.of(1, 2), values: Float32Array.of(3, 4) };
    const request = { prompt: 'a', continuations: ['b'], injection: { ffn } };
    await remote.latent?.score([request, request]);
    expect(seen).toEqual([request, request]);
    const [first, second] = seen as (typeof request)[];
    expect(first?.injection.ffn.keys).toBe(second?.injection.ffn.keys);
    const example = { prompt: 'a', continuations: ['b'], labels: [0], gold: 0, states: Float32Array.of(5, 6) };
    const trained = await remote.latent?.trainRows({ examples: [example], epochs: 1, learningRate: 1, seed: 0 });
    expect(trained?.keys).toEqual(Float32Array.of(5, 6));
    const prefix = { keys: Float32Array.of(7, 8), values: Float32Array.of(9, 10) };
    expect(await remote.latent?.prefixGradient({ examples: [example], prefix })).toMatchObject(prefix);
    await expect(
      remote.latent?.trainRows({
        examples: [{ ...example, states: [5, 6] as never }],
        epochs: 1,
        learningRate: 1,
        seed: 0,
      }),
    ).rejects.toEqual(code('bad-request'));
    remote.dispose();
  });

  test('that are malformed are refused by the worker', async () => {
    const { remote } = await connected();
    await expect(remote.tokenize([3 as unknown as string])).rejects.toEqual(code('bad-request'));
    await expect(remote.tokenize([(() => {}) as unknown as string])).rejects.toEqual(code('bad-request'));
    expect(await remote.tokenize(['a'])).toEqual([[1]]);
    remote.dispose();
  });

  test('before the model is loaded are refused', async () => {
    const { page, worker } = channel();
    serveModel(worker, async () => model());
    const answer = new Promise((resolve) => page.listen(resolve, () => {}));
    page.post({ type: 'call', id: 0, method: 'tokenize', args: [] });
    expect(await answer).toMatchObject({ type: 'error', id: 0, error: { code: 'bad-request' } });
    page.close();
  });

  test('stop in the worker', async () => {
    const { remote, close } = await connected();
    const controller = new AbortController();
    const call = remote.score([], { signal: controller.signal });
    await soon();
    controller.abort();
    await expect(call).rejects.toEqual(code('aborted'));
    expect(close).not.toHaveBeenCalled();
    expect(await remote.tokenize(['a'])).toEqual([[1]]);
    remote.dispose();
  });

  test('that do not stop in time end the worker, and every other call with it', async () => {
    const { remote, close } = await connected({ score: () => new Promise(() => {}) }, { graceMs: 20 });
    const controller = new AbortController();
    const stuck = remote.score([], { signal: controller.signal });
    const other = remote.score([]);
    controller.abort();
    await expect(stuck).rejects.toEqual(code('aborted'));
    await expect(other).rejects.toEqual(code('worker-died'));
    await expect(remote.tokenize(['a'])).rejects.toEqual(code('worker-died'));
    expect(close).toHaveBeenCalledOnce();
  });

  test('are refused when the worker dies', async () => {
    const { remote, page, worker } = await connected();
    const calls = [remote.score([]), remote.score([])];
    page.die('out of memory');
    for (const call of calls)
      await expect(call).rejects.toEqual(
        expect.objectContaining({ code: 'worker-died', message: expect.stringContaining('out of memory') }),
      );
    await expect(remote.tokenize(['a'])).rejects.toEqual(code('worker-died'));
    worker.close();
  });

  test('in progress are refused on disposal', async () => {
    const { remote } = await connected();
    const call = remote.score([]);
    remote.dispose();
    await expect(call).rejects.toEqual(code('aborted'));
    await expect(remote.tokenize(['a'])).rejects.toEqual(code('bad-request'));
  });
});

describe('garbage', () => {
  const garbage = [
    null,
    3,
    'x',
    {},
    { type: 'x', id: 0 },
    { type: 'result' },
    { type: 'result', id: -1, value: 1 },
    { type: 'error', id: 0, error: { code: 'no such code' } },
  ];

  test.each(garbage.map((message) => [message]))('from the worker ends it, and every call: %j', async (message) => {
    const { remote, worker } = await connected();
    const call = remote.score([]);
    worker.post(message);
    await expect(call).rejects.toEqual(code('worker-died'));
  });

  test('as an answer is not passed on', async () => {
    const { remote } = await connected({ tokenize: async () => 'no list' as never });
    await expect(remote.tokenize(['a'])).rejects.toEqual(code('internal'));
    remote.dispose();
  });

  test('an answer to nobody, or a second one, is ignored', async () => {
    const { remote, worker } = await connected();
    worker.post({ type: 'result', id: 99, value: 1 });
    worker.post({ type: 'progress', id: 99, progress: { phase: 'ready' } });
    expect(await remote.tokenize(['a'])).toEqual([[1]]);
    worker.post({ type: 'result', id: 1, value: [[5]] });
    expect(await remote.tokenize(['ab'])).toEqual([[2]]);
    remote.dispose();
  });

  test.each(garbage.map((message) => [message]))('from the page does not stop the worker: %j', async (message) => {
    const { remote, page } = await connected();
    page.post(message);
    expect(await remote.tokenize(['a'])).toEqual([[1]]);
    remote.dispose();
  });
});
