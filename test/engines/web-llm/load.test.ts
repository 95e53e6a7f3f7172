import { describe, expect, it } from 'vitest';
import type { GenerateRequest } from '../../../src/core/model/language-model.ts';
import { code, longBatch, REQUESTS } from '../../contract/under-test.ts';
import { MACHINE } from './hub.ts';
import { loading } from './loading.ts';
import { type StandIn, type StandInOptions, standIn } from './stand-in.ts';

const withFault = (options: StandInOptions, more = {}) => loading({ open: () => standIn(options), ...more }).load();

const encode = async (text: string) => (await standIn()).encode(text);

describe('loading a web-llm model', () => {
  it('takes half precision where the GPU has it, and single where not', async () => {
    const half = { ...MACHINE, gpu: { ...(MACHINE.gpu as NonNullable<typeof MACHINE.gpu>), f16: true } };
    expect((await loading().load()).identity).toMatchObject({
      id: 'Qwen2.5-0.5B-Instruct-q4f32_1-MLC',
      precision: '4-bit weights, f32 arithmetic',
      backend: 'webgpu (test gpu)',
    });
    const id = 'Qwen2.5-0.5B-Instruct-q4f16_1-MLC';
    expect((await loading({ modelId: id, machine: half }).load()).identity.id).toBe(id);
    await expect(loading({ modelId: id }).load()).rejects.toThrow('f32 variant');
  });

  it('refuses an id that is not in its list', async () => {
    await expect(loading().load({ modelId: 'gpt-9' })).rejects.toEqual(code('bad-request'));
  });

  it.each(['pop'] as const)(
    'computes every prompt whole where the cache gets a %s wrong, and says so',
    async (fault) => {
      const model = await withFault({ fault });
      const right = await loading().load();
      expect(model.capabilities.has('prefixCache')).toBe(false);
      expect(model.identity.backend).toContain('every prompt computed whole');
      expect((await model.score(REQUESTS)).results).toEqual((await right.score(REQUESTS)).results);
      expect(right.capabilities.has('prefixCache')).toBe(true);
    },
  );

  it.each([
    ['drift', 'difference 0.'],
    ['nan', 'difference Infinity'],
  ] as const)('refuses a GPU whose numbers %s, with the figures', async (fault, figure) => {
    const call = withFault({ fault });
    await expect(call).rejects.toEqual(code('self-test-failed'));
    await expect(call).rejects.toThrow(figure);
  });

  it('refuses a trained model that does not know the capital of France', async () => {
    const [paris, london] = [await encode(' P'), await encode(' L')];
    // The stand-in spells the names in single bytes; the first that differs decides.
    const first = (ids: number[], other: number[]) => ids.find((id) => !other.includes(id)) as number;
    const knows = { bias: { [first(paris, london)]: 60 } };
    const errs = { bias: { [first(london, paris)]: 60 } };
    await expect(withFault(knows, { trained: true })).resolves.toBeDefined();
    const call = withFault(errs, { trained: true });
    await expect(call).rejects.toEqual(code('self-test-failed'));
    await expect(call).rejects.toThrow('capital of France');
  });

  it('gives the chat template of its configuration', async () => {
    const { chat } = await loading().load();
    expect(chat).toEqual({
      before: '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n',
      after: '<|im_end|>\n<|im_start|>assistant\n',
    });
  });
});

describe('a lost device', () => {
  const opening = () => {
    const opened: StandIn[] = [];
    const open = async () => {
      opened.push(await standIn());
      return opened.at(-1) as StandIn;
    };
    return { opened, load: () => loading({ open }).load() };
  };

  it('in the middle of a call is loaded again, and the call gives the same numbers', async () => {
    const { opened, load } = opening();
    const model = await load();
    const expected = await model.score(REQUESTS);
    const running = model.score(REQUESTS);
    await new Promise((resolve) => setImmediate(resolve));
    opened[0]?.lose('driver reset');
    expect((await running).results).toEqual(expected.results);
    expect(opened).toHaveLength(2);
  });

  it('between two calls is loaded again', async () => {
    const { opened, load } = opening();
    const model = await load();
    const expected = await model.score(REQUESTS);
    opened[0]?.lose('driver reset');
    await new Promise((resolve) => setImmediate(resolve));
    expect((await model.score(REQUESTS)).results).toEqual(expected.results);
  });

  it('that is lost again and again ends the call, which can go on later', async () => {
    const { opened, load } = opening();
    const model = await load();
    const timer = setInterval(() => opened.at(-1)?.lose('out of memory'), 1);
    const call = model.score(longBatch(model));
    await expect(call).rejects.toEqual(code('device-lost'));
    await expect(call).rejects.toMatchObject({ recoverable: true });
    clearInterval(timer);
    await expect(model.score(REQUESTS)).resolves.toBeDefined();
  });
});

describe('generation on a web-llm model', () => {
  const request: GenerateRequest = { prompt: 'good and', maxTokens: 6, temperature: 1, topP: 0.9, stop: [], seed: 4 };

  it('computes each token once and continues from the kept prompt', async () => {
    const model = await loading().load();
    const { results, usage } = await model.generate([request, { ...request, seed: 5 }]);
    const written = results.reduce((sum, { tokenIds }) => sum + tokenIds.length, 0);
    expect(usage.computed).toBeLessThan(usage.asked);
    expect(usage.computed).toBeLessThanOrEqual(3 + 1 + written);
  });

  it('ends at a token that ends a turn', async () => {
    const model = await withFault({ bias: { 1: 100 } });
    const { results } = await model.generate([{ ...request, temperature: 0 }]);
    expect(results[0]).toMatchObject({ text: '', finish: 'end' });
  });
});
