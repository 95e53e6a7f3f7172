import { beforeEach, describe, expect, it, vi } from 'vitest';
import { addresses, choose } from '../../../src/engines/web-llm/catalog.ts';
import { openModel } from '../../../src/engines/web-llm/open.ts';
import { code } from '../../contract/under-test.ts';
import { standIn } from './stand-in.ts';

interface Config {
  readonly appConfig: { readonly model_list: readonly Record<string, unknown>[] };
  readonly initProgressCallback: (report: { progress: number }) => void;
}

/** What the next engine does; web-llm itself needs a GPU. */
const next = vi.hoisted(() => ({
  reload: async (_: { pipelines: Map<string, unknown> }) => {},
  configs: [] as unknown[],
  unloads: 0,
}));

vi.mock('@mlc-ai/web-llm', () => ({
  MLCEngine: class {
    readonly loadedModelIdToPipeline = new Map<string, unknown>();

    constructor(config: unknown) {
      next.configs.push(config);
    }

    reload() {
      return next.reload({ pipelines: this.loadedModelIdToPipeline });
    }

    async unload() {
      next.unloads++;
    }
  },
}));

const chosen = choose('Qwen3-0.6B', false);
const revision = 'a'.repeat(40);

beforeEach(() => {
  next.configs.length = 0;
  next.unloads = 0;
});

async function pipelineWith(changes: Record<string, unknown> = {}) {
  const { pipeline } = await standIn();
  next.reload = async ({ pipelines }) => void pipelines.set(chosen.variant.id, Object.assign(pipeline, changes));
}

describe('opening a model in web-llm', () => {
  it('names the revision that was checked, and only files that are in its caches', async () => {
    await pipelineWith();
    const opened = await openModel({ chosen, revision });
    const { appConfig } = next.configs[0] as Config;
    expect(appConfig.model_list).toEqual([
      {
        model: `https://huggingface.co/mlc-ai/Qwen3-0.6B-q4f32_1-MLC/resolve/${revision}/`,
        model_id: 'Qwen3-0.6B-q4f32_1-MLC',
        model_lib: addresses(chosen).library,
        overrides: { context_window_size: 4096 },
      },
    ]);
    expect(opened.decode(opened.encode('good and bad'))).toBe('good and bad');
    opened.dispose();
    expect(next.unloads).toBe(1);
  });

  it('tells how much of the weights is on the GPU', async () => {
    await pipelineWith();
    const shares: number[] = [];
    const fill = next.reload;
    next.reload = async (engine) => {
      (next.configs[0] as Config).initProgressCallback({ progress: 0.5 });
      await fill(engine);
    };
    await openModel({ chosen, revision, onShare: (share) => shares.push(share) });
    expect(shares).toEqual([0.5]);
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    next.reload = async () => controller.abort();
    await expect(openModel({ chosen, revision, signal: controller.signal })).rejects.toEqual(code('aborted'));
    expect(next.unloads).toBeGreaterThan(0);
  });

  it.each([
    [Object.assign(new Error('lost'), { name: 'DeviceLostError' }), 'out-of-memory'],
    [new Error('Out of memory'), 'out-of-memory'],
    [new Error('unknown import'), 'bad-model'],
  ])('says what to do when it fails: %s', async (error, expected) => {
    next.reload = () => Promise.reject(error);
    await expect(openModel({ chosen, revision })).rejects.toEqual(code(expected));
  });

  it.each([
    ['whose inside looks otherwise', { invokePrefill: undefined }, 'invokePrefill'],
    ['with a recurrent state', { rnnState: {} }, 'recurrent'],
    ['with a sliding window', { slidingWindowSize: 1024 }, 'slidingWindowSize'],
  ])('refuses a model %s', async (_, changes, words) => {
    await pipelineWith(changes);
    const call = openModel({ chosen, revision });
    await expect(call).rejects.toEqual(code('bad-model'));
    await expect(call).rejects.toThrow(words);
    expect(next.unloads).toBe(1);
  });

  it('tells why its device was lost', async () => {
    const lib = {
      webGPUContext: { device: { lost: Promise.resolve({ reason: 'destroyed', message: 'driver reset' }) } },
    };
    const { pipeline } = await standIn();
    next.reload = async ({ pipelines }) =>
      void pipelines.set(chosen.variant.id, { ...pipeline, tvm: { ...pipeline.tvm, lib } });
    expect(await (await openModel({ chosen, revision })).lost).toBe('destroyed: driver reset');
  });
});
