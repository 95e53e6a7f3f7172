import { describe, expect, it } from 'vitest';
import { webLlmOffers } from '../../../src/app/model-shelf.ts';
import type { Machine } from '../../../src/core/model/machine.ts';
import { onnxId, parseOnnxId } from '../../../src/core/model/onnx-id.ts';
import { defaultSpec } from '../../../src/core/run/presets.ts';
import { LIMITS, parseSpec } from '../../../src/core/run/spec.ts';
import { withModelArm } from '../../../src/panels/models/arms.ts';
import { loadText } from '../../../src/panels/models/LoadLine.tsx';
import { machineFacts } from '../../../src/panels/models/machine-facts.ts';
import { recommend } from '../../../src/panels/models/recommend.ts';
import { measureSpeed } from '../../../src/panels/models/speed.ts';
import { MACHINE } from '../../engines/web-llm/hub.ts';
import { fakeModel } from '../../support/fake-model.ts';

const machine = (changes: Partial<Machine>, gpu: Partial<NonNullable<Machine['gpu']>> = {}): Machine => ({
  ...MACHINE,
  ...changes,
  gpu: changes.gpu === null ? null : { ...(MACHINE.gpu as NonNullable<Machine['gpu']>), ...gpu },
});

describe('the recommended model', () => {
  it.each([
    ['a large machine', machine({ memoryGB: 8 }, { f16: true }), 'Qwen2.5-1.5B-Instruct'],
    ['a small one', machine({ memoryGB: 4 }, { f16: true }), 'Qwen2.5-0.5B-Instruct'],
    ['one that does not tell its memory', machine({ memoryGB: null }), 'Qwen2.5-0.5B-Instruct'],
    ['a tiny one', machine({ memoryGB: 2 }), 'knowshot-mini'],
    ['one without a GPU', machine({ gpu: null, gpuProblem: 'none' }), 'knowshot-mini'],
    ['one whose processor plays the GPU', machine({}, { software: true }), 'knowshot-mini'],
    ['one with a full disk', machine({ storage: { quota: 1e8, usage: 0 } }), 'knowshot-mini'],
  ])('for %s is one that it can run', (_, here, id) => {
    const { choice, reason } = recommend(here, webLlmOffers(here, here.gpu?.f16 ? 'f16' : 'f32'));
    expect(choice.id).toBe(id);
    expect(reason).not.toBe('');
  });
});

describe('what is said of the machine', () => {
  it('names what is lacking, and says so in words', () => {
    const lacking = (here: Machine) =>
      machineFacts(here)
        .filter((fact) => !fact.good)
        .map((fact) => fact.name);
    expect(lacking(machine({ memoryGB: 16 }, { f16: true }))).toEqual([]);
    expect(lacking(machine({ gpu: null, gpuProblem: 'No WebGPU here.', isolated: false }))).toEqual([
      'WebGPU',
      'Half precision',
      'Cross-origin isolation',
    ]);
    expect(machineFacts(machine({ gpu: null, gpuProblem: 'No WebGPU here.' }))[0]?.note).toBe('No WebGPU here.');
  });
});

describe('an arm on another model', () => {
  const twin = { engine: 'embedded', id: 'knowshot-mini-plain' };

  it('is the first arm with that model, and the experiment stays one that a link can carry', () => {
    const spec = withModelArm(defaultSpec, twin, 'the twin');
    const added = spec?.arms.at(-1);
    expect(added).toMatchObject({ model: twin, name: `${defaultSpec.arms[0]?.name}, the twin` });
    expect({ ...added, id: '', name: '', model: undefined }).toEqual({
      ...defaultSpec.arms[0],
      id: '',
      name: '',
      model: undefined,
    });
    expect(parseSpec(spec).ok).toBe(true);
  });

  it('is not added twice, nor on the model that the experiment has, nor beyond the most arms', () => {
    const once = withModelArm(defaultSpec, twin, 'the twin');
    expect(once && withModelArm(once, twin, 'again')).toBeNull();
    expect(withModelArm(defaultSpec, defaultSpec.model, 'same')).toBeNull();
    const [first] = defaultSpec.arms;
    const full = { ...defaultSpec, arms: Array.from({ length: LIMITS.arms }, (_, i) => ({ ...first, id: `a-${i}` })) };
    expect(withModelArm(full as typeof defaultSpec, twin, 'the twin')).toBeNull();
  });

  it('can be the same model in its chat template', () => {
    expect(withModelArm(defaultSpec, { ...defaultSpec.model, prompt: 'chat' }, 'as a chat')?.arms).toHaveLength(5);
  });
});

describe('the loading of a model in words', () => {
  const choice = { engine: 'web-llm', id: 'm' };

  it('counts bytes, their rate and the time left', () => {
    expect(
      loadText({ choice, phase: 'download', progress: { done: 5e7, total: 3e8, rate: 1e7, secondsLeft: 25 } }),
    ).toBe('Downloading: 50.0 MB of 300.0 MB · 10.0 MB a second · 25 s left');
  });

  it('names the phases that count nothing', () => {
    expect(loadText({ choice, phase: 'self-test', progress: null })).toBe('Testing its numbers');
  });
});

describe('the measured speed', () => {
  it('counts what was computed, and leaves out what the model cannot do', async () => {
    const signal = new AbortController().signal;
    const steps: number[] = [];
    const both = await measureSpeed(fakeModel(), signal, (done) => steps.push(done));
    expect(both.read).toBeGreaterThan(0);
    expect(both.written).toBeGreaterThan(0);
    expect(steps).toEqual([0, 1, 2, 3]);
    const reader = await measureSpeed(fakeModel({ capabilities: ['logprobs'] }), signal, () => {});
    expect(reader.written).toBeNull();
  });
});

describe('the id of an ONNX model', () => {
  it('holds the number type, and is read back', () => {
    const choice = { model: 'onnx-community/Qwen2.5-0.5B', dtype: 'q4' } as const;
    expect(parseOnnxId(onnxId(choice))).toEqual(choice);
  });

  it.each(['', 'name', 'owner/name', 'owner/name:q3', 'a/b/c:q8', '../x:q8/', 'https://x/y:q8', 'a/b:q8+c/d:q8'])(
    'is refused: %j',
    (id) => {
      expect(parseOnnxId(id)).toBeNull();
    },
  );
});
