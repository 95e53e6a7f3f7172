import { beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedModel } from '../../../src/engines/embedded/engine.ts';
import { loadEmbedded } from '../../../src/engines/embedded/load.ts';
import { readKernels } from '../../../src/engines/embedded/node.ts';
import { Reference } from './reference.ts';
import type { TinyModel, TinyShape } from './tiny-model.ts';
import { tinyModel } from './tiny-model.ts';

const shapes: [string, Partial<TinyShape>][] = [
  ['grouped heads, tied', {}],
  ['untied output', { tied: false }],
  ['int8 weights', { quantised: true }],
  [
    'one head a group, wide heads, three layers',
    { heads: 3, kvHeads: 3, headWidth: 16, layers: 3, hidden: 40, inner: 56 },
  ],
];

describe.each(shapes)('the numbers equal a plain forward: %s', (_, changes) => {
  let tiny: TinyModel;
  let model: EmbeddedModel;
  let reference: Reference;
  beforeAll(async () => {
    tiny = await tinyModel(changes);
    reference = new Reference(tiny);
    model = await loadEmbedded({ modelId: 'tiny', assets: tiny.assets, wasm: readKernels });
  });

  test('scores', async () => {
    const requests = [
      { prompt: 'hello world and good', continuations: [' a', ' good', ' bad and good', 'x'] },
      { prompt: '', continuations: ['hello'] },
      {
        prompt: 'hello world and a rather long text that goes on over more than one pass of tokens',
        continuations: [' b', ' wo'],
      },
    ];
    const { results } = await model.score(requests);
    for (const [r, request] of requests.entries()) {
      const alone = [0, ...((await model.tokenize([request.prompt]))[0] as number[])];
      expect(results[r]?.promptTokens).toBe(alone.length);
      for (const [c, continuation] of request.continuations.entries()) {
        const ids = [0, ...((await model.tokenize([request.prompt + continuation]))[0] as number[])];
        const score = results[r]?.scores[c];
        const from = ids.length - (score?.tokenIds.length as number);
        expect(score?.tokenIds).toEqual(ids.slice(from));
        const expected = reference.logprobs(ids);
        for (const [i, value] of score?.tokenLogprobs.entries() ?? []) {
          expect(value).toBeCloseTo(expected[from + i - 1]?.[ids[from + i] as number] as number, 4);
        }
      }
    }
  });

  test('embeddings', async () => {
    const texts = ['hello world', 'good and bad', 'hello world', 'hello'];
    const vectors = await model.embed(texts);
    const mean = tiny.tensors.get('embedding_mean')?.values as Float64Array;
    for (const [t, text] of texts.entries()) {
      const ids = [0, ...((await model.tokenize([text]))[0] as number[])];
      const states = reference.hidden(ids, tiny.shape.layers).slice(1);
      vectors[t]?.forEach((value, i) => {
        const sum = states.reduce((total, state) => total + (state[i] as number), 0);
        expect(value).toBeCloseTo(sum / states.length - (mean[i] as number), 3);
      });
    }
  });

  test('greedy text', async () => {
    const prompt = 'hello world and';
    const { results } = await model.generate([{ prompt, maxTokens: 12, temperature: 0, topP: 1, stop: [], seed: 1 }]);
    const ids = [0, ...((await model.tokenize([prompt]))[0] as number[])];
    for (const [i, id] of (results[0]?.tokenIds ?? []).entries()) {
      const last = reference.logprobs(ids)[ids.length - 1] as number[];
      expect(id).toBe(last.indexOf(Math.max(...last)));
      expect(results[0]?.tokenLogprobs[i]).toBeCloseTo(last[id] as number, 4);
      ids.push(id);
    }
    expect(results[0]?.tokenIds.length).toBeGreaterThan(0);
  });
});
