import { describe, expect, it } from 'vitest';
import { fitOf, type Need } from '../../src/core/model/fit.ts';
import type { Machine } from '../../src/core/model/machine.ts';
import { readMachine } from '../../src/engines/machine.ts';
import { MACHINE } from './web-llm/hub.ts';

const need: Need = { arithmetic: 'f32', memoryMB: 2000, largestBuffer: 150e6, downloadBytes: 1e9 };

const on = (changes: Partial<Machine>, gpu: Partial<Machine['gpu']> = {}) =>
  fitOf(need, { ...MACHINE, ...changes, gpu: { ...(MACHINE.gpu as NonNullable<Machine['gpu']>), ...gpu } });

describe('whether a model fits a machine', () => {
  it('is yes where nothing speaks against it', () => {
    expect(on({})).toEqual({ kind: 'fits' });
    expect(on({ memoryGB: null, storage: null })).toEqual({ kind: 'fits' });
  });

  it.each([
    ['a buffer that is too large', {}, { maxStorageBufferBindingSize: 134217728 }, 'out-of-memory', /150 MB.*134 MB/u],
    [
      'a shader limit',
      {},
      { maxStorageBuffersPerShaderStage: 8 },
      'no-capability',
      /maxStorageBuffersPerShaderStage is 8.*10/u,
    ],
    ['memory of which the model takes all', { memoryGB: 1 }, {}, 'out-of-memory', /2000 MB.*1 GB/u],
    ['a full disk', { storage: { quota: 2e9, usage: 1.5e9 } }, {}, 'quota', /1000 MB.*500 MB/u],
  ] as const)('is no for %s, with both figures', (_, machine, gpu, code, reason) => {
    expect(on(machine, gpu)).toMatchObject({ kind: 'no', code, reason: expect.stringMatching(reason) });
  });

  it('is no for half precision on a GPU without it', () => {
    expect(fitOf({ ...need, arithmetic: 'f16' }, MACHINE)).toMatchObject({ kind: 'no', code: 'no-capability' });
  });

  it('warns where memory gets tight, and does not take the cap of what browsers tell for all there is', () => {
    expect(on({ memoryGB: 3 }).kind).toBe('tight');
    expect(fitOf({ ...need, memoryMB: 9000 }, MACHINE)).toMatchObject({
      kind: 'tight',
      reason: expect.stringContaining('8 GB of memory or more'),
    });
  });

  it('warns where the processor plays the GPU', () => {
    expect(on({}, { software: true })).toMatchObject({ kind: 'tight', reason: expect.stringContaining('minutes') });
  });

  it('asks only for the bytes that are missing', () => {
    const machine = { ...MACHINE, storage: { quota: 1e9, usage: 5e8 } };
    expect(fitOf(need, machine).kind).toBe('no');
    expect(fitOf(need, machine, 8e8).kind).toBe('fits');
  });
});

describe('reading the machine', () => {
  const adapter = {
    limits: MACHINE.gpu,
    features: new Set(['shader-f16']),
    info: { vendor: 'acme', architecture: '', description: 'One', isFallbackAdapter: false },
  };
  const navigator = { hardwareConcurrency: 8 };

  it('tells what the adapter, the memory and the storage are', async () => {
    const machine = await readMachine({
      navigator: {
        ...navigator,
        deviceMemory: 4,
        gpu: { requestAdapter: async () => adapter as never },
        storage: { estimate: async () => ({ quota: 10, usage: 3 }) },
      },
      crossOriginIsolated: true,
    });
    expect(machine).toMatchObject({
      gpu: { name: 'acme One', f16: true, software: false, maxBufferSize: 2 ** 30 },
      gpuProblem: null,
      memoryGB: 4,
      cores: 8,
      isolated: true,
      storage: { quota: 10, usage: 3 },
    });
  });

  it.each([
    ['an insecure page', { navigator, isSecureContext: false }, 'HTTPS'],
    ['a browser without WebGPU', { navigator }, 'no WebGPU'],
    ['no adapter', { navigator: { ...navigator, gpu: { requestAdapter: async () => null } } }, 'no GPU'],
    [
      'a failing adapter',
      { navigator: { ...navigator, gpu: { requestAdapter: () => Promise.reject(new Error('x')) } } },
      'no GPU',
    ],
  ])('says why there is no GPU: %s', async (_, scope, text) => {
    const machine = await readMachine(scope);
    expect(machine.gpu).toBeNull();
    expect(machine.gpuProblem).toContain(text);
    expect(machine.storage).toBeNull();
  });
});
