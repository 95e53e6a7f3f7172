import { describe, expect, it } from 'vitest';
import { abortError, EngineError } from '../../../src/core/model/engine-error.ts';
import { recommendBackend, tryBackend } from '../../../src/panels/models/backends.ts';
import { code } from '../../contract/under-test.ts';
import { fakeModel } from '../../support/fake-model.ts';

const here = new AbortController().signal;
const passed = (backend: 'wasm' | 'webgpu', read: number | null) =>
  ({ backend, kind: 'passed', name: backend, selfTest: [], read }) as const;

describe('the back end that is recommended', () => {
  it('is the faster one of those that passed', () => {
    expect(recommendBackend([passed('wasm', 900), passed('webgpu', 4000)])).toBe('webgpu');
    expect(recommendBackend([passed('wasm', 900), passed('webgpu', 300)])).toBe('wasm');
    expect(recommendBackend([passed('wasm', 9), { backend: 'webgpu', kind: 'refused', reason: 'wrong' }])).toBe('wasm');
    expect(recommendBackend([passed('wasm', null)])).toBeNull();
  });
});

describe('trying a back end', () => {
  it('measures how fast it reads, and lets the model go', async () => {
    let gone = 0;
    const open = async () => ({ ...fakeModel(), dispose: () => void gone++ });
    const trial = await tryBackend('webgpu', open, here, () => {});
    expect(trial).toMatchObject({ backend: 'webgpu', kind: 'passed' });
    expect(trial.kind === 'passed' && (trial.read ?? 0) > 0).toBe(true);
    expect(gone).toBe(1);
  });

  it('tells why it was refused', async () => {
    const open = () => Promise.reject(new EngineError('self-test-failed', 'difference 0.2, allowed 0.001'));
    expect(await tryBackend('webgpu', open, here, () => {})).toEqual({
      backend: 'webgpu',
      kind: 'refused',
      reason: 'difference 0.2, allowed 0.001',
    });
  });

  it('lets the model go where measuring fails, and is stopped where it is asked to', async () => {
    let gone = 0;
    const lost = {
      ...fakeModel(),
      score: () => Promise.reject(new EngineError('device-lost', 'The GPU was lost.')),
      dispose: () => void gone++,
    };
    expect(
      await tryBackend(
        'webgpu',
        async () => lost,
        here,
        () => {},
      ),
    ).toMatchObject({ kind: 'refused' });
    expect(gone).toBe(1);
    await expect(
      tryBackend(
        'wasm',
        () => Promise.reject(abortError()),
        here,
        () => {},
      ),
    ).rejects.toEqual(code('aborted'));
  });
});
