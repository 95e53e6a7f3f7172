import { beforeEach, describe, expect, test } from 'vitest';
import type { LoadProgress } from '../../../src/core/model/language-model.ts';
import { loadEmbedded } from '../../../src/engines/embedded/load.ts';
import { readKernels } from '../../../src/engines/embedded/node.ts';
import { fusesMultiplyAdd } from '../../../src/engines/embedded/relaxed-simd.ts';
import { Safetensors, toFloat32 } from '../../../src/engines/embedded/safetensors.ts';
import type { TinyModel } from './tiny-model.ts';
import { json, safetensors, tinyModel, writeManifest } from './tiny-model.ts';

const code = (value: string, message = '') =>
  expect.objectContaining({ name: 'EngineError', code: value, message: expect.stringContaining(message) });

describe('loading the embedded model', () => {
  let tiny: TinyModel;
  const load = (modelId = 'tiny', signal?: AbortSignal) =>
    loadEmbedded({ modelId, assets: tiny.assets, wasm: readKernels, signal });
  const change = async (file: string, edit: (value: Record<string, unknown>) => void) => {
    const value = JSON.parse(new TextDecoder().decode(tiny.files.get(file)));
    edit(value);
    tiny.files.set(file, json(value));
    if (file !== 'manifest.json') await writeManifest(tiny.files, 2);
  };
  beforeEach(async () => {
    tiny = await tinyModel();
  });

  test('says which model it is, how it runs, and that its self-test passed', async () => {
    const progress: LoadProgress[] = [];
    const model = await loadEmbedded({
      modelId: 'tiny',
      assets: tiny.assets,
      wasm: readKernels,
      onProgress: (p) => progress.push(p),
    });
    expect(model.identity).toMatchObject({
      engine: 'embedded',
      id: 'tiny',
      revision: '1',
      backend: fusesMultiplyAdd() ? 'wasm-relaxed-simd' : 'wasm-simd',
      threads: '1 thread',
      precision: 'f32 weights, f32 arithmetic',
    });
    expect(model.identity.files.map((file) => file.name)).toEqual([
      'config.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    expect(model.selfTest).toHaveLength(4);
    expect(model.selfTest.slice(0, 3).map((check) => check.maxDifference)).toEqual([0, 0, 0]);
    expect([...new Set(progress.map((p) => p.phase))]).toEqual(['verify', 'prepare', 'self-test', 'ready']);
  });

  test('a changed file is refused: file, both hashes and what to do are named', async () => {
    const weights = tiny.files.get('model.safetensors') as Uint8Array<ArrayBuffer>;
    const changed = weights.slice();
    changed[changed.length - 1] = (changed[changed.length - 1] as number) ^ 1;
    tiny.files.set('model.safetensors', changed);
    await expect(load()).rejects.toEqual(code('wrong-hash', 'models/tiny/model.safetensors'));
    await expect(load()).rejects.toThrow(/its SHA-256 is [0-9a-f]{64}, expected [0-9a-f]{64}\. Reload/);
  });

  test.each([
    ['no files', (m: Record<string, unknown>) => delete m.files],
    [
      'a file outside the folder',
      (m: Record<string, unknown>) =>
        Object.assign(m.files as object, { '../x': { bytes: 1, sha256: '0'.repeat(64) } }),
    ],
    [
      'a weight file that is not listed',
      (m: Record<string, unknown>) => delete (m.files as Record<string, unknown>)['model.safetensors'],
    ],
    [
      'a short hash',
      (m: Record<string, unknown>) => Object.assign(m.files as object, { x: { bytes: 1, sha256: '00' } }),
    ],
    ['another id', (m: Record<string, unknown>) => Object.assign(m, { id: 'other' })],
    ['an embedding layer that the model lacks', (m: Record<string, unknown>) => Object.assign(m, { embedLayer: 3 })],
  ])('a manifest with %s is refused', async (_, edit) => {
    await change('manifest.json', edit);
    await expect(load()).rejects.toEqual(code('bad-model', 'manifest.json'));
  });

  test.each([
    ['rope_scaling', { rope_scaling: { type: 'linear' } }],
    ['hidden_act', { hidden_act: 'gelu' }],
    ['attention_bias', { attention_bias: true }],
    ['hidden_size', { hidden_size: 30 }],
    ['num_key_value_heads', { num_key_value_heads: 3 }],
    ['token id', { bos_token_id: 100_000 }],
  ])('a configuration that this engine does not compute is refused: %s', async (name, edit) => {
    await change('config.json', (config) => Object.assign(config, edit));
    await expect(load()).rejects.toEqual(code('bad-model', name));
  });

  test('weights of another shape are refused by name', async () => {
    await change('config.json', (config) => Object.assign(config, { intermediate_size: 56 }));
    await expect(load()).rejects.toEqual(
      code('bad-model', 'model.layers.0.mlp.gate_proj.weight has the shape [48,32], expected [56,32]'),
    );
  });

  test('a tokenizer with more tokens than the model is refused', async () => {
    await change('tokenizer.json', (tokenizer) => {
      (tokenizer.model as { vocab: Record<string, number> }).vocab.zzz = 5000;
    });
    await expect(load()).rejects.toEqual(code('bad-model', 'outside the model'));
  });

  test('an id that is a path is refused', async () => {
    await expect(load('../tiny')).rejects.toEqual(code('bad-request'));
  });

  test('stops when asked', async () => {
    await expect(load('tiny', AbortSignal.abort())).rejects.toEqual(code('aborted'));
  });
});

describe('safetensors', () => {
  const one = (dtype: string, bytes: number[], shape = [2]) =>
    safetensors([{ name: 'a', dtype, shape, bytes: Uint8Array.from(bytes) }]);
  const bad = (message: string) => code('bad-model', message);

  test('reads f16, bf16 and f32', () => {
    const read = (file: Uint8Array<ArrayBuffer>) => [...toFloat32(new Safetensors(file).get('a', [2]))];
    expect(read(one('F16', [0x00, 0x3c, 0x01, 0x80]))).toEqual([1, -(2 ** -24)]);
    expect(read(one('BF16', [0x80, 0x3f, 0x20, 0xc0]))).toEqual([1, -2.5]);
    expect(read(one('F32', [0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0]))).toEqual([1, -2.5]);
  });

  test('refuses what is broken, and says where', () => {
    expect(() => new Safetensors(new Uint8Array(3))).toThrow(bad('shorter than its header'));
    expect(() => new Safetensors(new Uint8Array(20).fill(255))).toThrow(bad('header longer than the file'));
    expect(() => new Safetensors(one('F32', [0, 0, 0, 0]).subarray(0, -1))).toThrow(bad('a reaches outside the file'));
    expect(() => new Safetensors(one('F32', [0, 0, 0, 0])).get('a', [2])).toThrow(bad('4 bytes, expected 8'));
    expect(() => new Safetensors(one('F32', [0, 0, 0, 0], [1])).get('a', [2])).toThrow(bad('shape [1], expected [2]'));
    expect(() => new Safetensors(one('F64', [0, 0])).get('a', [2])).toThrow(bad('number type F64'));
    expect(() => new Safetensors(one('F32', [])).get('b', [2])).toThrow(bad('has no b'));
    expect(() => toFloat32(new Safetensors(one('I8', [0, 0])).get('a', [2]))).toThrow(bad('without a scale'));
    const header = new Uint8Array(10);
    header[0] = 2;
    expect(() => new Safetensors(header)).toThrow(bad('not JSON'));
  });
});
