import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrators } from '../../../src/core/calibration/registry.ts';
import { datasetCatalog } from '../../../src/core/data/bundled.ts';
import { selectors } from '../../../src/core/demos/registry.ts';
import { defaultsOf } from '../../../src/core/options.ts';
import { ruminations } from '../../../src/core/rumination/registry.ts';
import { defaultSpec, presets } from '../../../src/core/run/presets.ts';
import { LIMITS, parseSpec } from '../../../src/core/run/spec.ts';

const arm = { id: 'a', name: 'A', select: { type: 'random' }, shots: 4 };
const spec = (changes: Record<string, unknown> = {}, armChanges: Record<string, unknown> = {}) => ({
  version: 1,
  data: { id: 'topic' },
  model: { engine: 'embedded', id: 'mini' },
  arms: [{ ...arm, ...armChanges }],
  ...changes,
});
const problem = (input: unknown): string => {
  const parsed = parseSpec(input);
  return parsed.ok ? 'no problem' : parsed.problem;
};
const parsedArm = (armChanges: Record<string, unknown>) => {
  const parsed = parseSpec(spec({}, armChanges));
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.spec.arms[0];
};

describe('run spec', () => {
  it('fills in every default', () => {
    expect(parseSpec(spec())).toEqual({
      ok: true,
      spec: {
        version: 1,
        data: { id: 'topic' },
        model: { engine: 'embedded', id: 'mini' },
        arms: [
          {
            ...arm,
            select: { type: 'random', redraw: false },
            order: 'nearest-last',
            ruminate: { type: 'none' },
            calibrate: { type: 'none' },
            answer: { type: 'model' },
            score: 'sum',
          },
        ],
        trials: 1,
        seed: 1,
      },
    });
  });

  it('fills in the options of each plug-in, so that a short spec and a full one are the same', () => {
    const check = (part: string, registry: Record<string, { fields: Parameters<typeof defaultsOf>[0] }>) => {
      for (const [type, plugin] of Object.entries(registry)) {
        const full = { type, ...defaultsOf(plugin.fields) };
        expect(parsedArm({ [part]: { type } })?.[part as 'select']).toEqual(full);
        expect(parsedArm({ [part]: full })?.[part as 'select']).toEqual(full);
      }
    };
    check('select', selectors);
    check('calibrate', calibrators);
    check('ruminate', ruminations);
  });

  it('keeps what it was given', () => {
    expect(parsedArm({ select: { type: 'ker', alpha: 0.25, maximum: 'all' } })?.select).toMatchObject({
      type: 'ker',
      alpha: 0.25,
      gamma: 0.001,
      maximum: 'all',
    });
  });

  it('is read again as it was written', () => {
    for (const { spec: written } of presets) {
      expect(parseSpec(JSON.parse(JSON.stringify(written)))).toEqual({ ok: true, spec: written });
    }
  });

  it('names one arm other than the first as the primary comparison, or none', () => {
    const two = [arm, { ...arm, id: 'b' }];
    expect(parseSpec(spec({ arms: two, primary: 'b' }))).toMatchObject({ ok: true, spec: { primary: 'b' } });
    for (const primary of ['a', 'c']) expect(problem(spec({ arms: two, primary }))).toMatch(/other than the first/u);
  });

  it.each([
    ['an unknown option', spec({}, { select: { type: 'ker', alhpa: 1 } }), /ker.*alhpa/u],
    ['an unknown field of an arm', spec({}, { shot: 3 }), /shot\b/u],
    ['an unknown field of the spec', spec({ colour: 1 }), /colour/u],
    [
      'an unknown selector',
      spec({}, { select: { type: 'best' } }),
      /no selector "best".*random, balanced, topk, bm25, ker/u,
    ],
    ['an unknown calibrator', spec({}, { calibrate: { type: 'platt' } }), /no calibrator "platt".*none, cc, kpc/u],
    ['an unknown rumination', spec({}, { ruminate: { type: 'x' } }), /no rumination "x".*none, background, mention/u],
    ['a selector without a type', spec({}, { select: {} }), /selector.*type|type/u],
    ['an option that is too large', spec({}, { select: { type: 'ker', alpha: 1.5 } }), /alpha must be at most 1/u],
    ['an option that is no number', spec({}, { select: { type: 'ker', alpha: 'x' } }), /alpha must be a number/u],
    ['an option that is NaN', spec({}, { select: { type: 'ker', alpha: Number.NaN } }), /alpha/u],
    [
      'a fraction for a whole number',
      spec({}, { calibrate: { type: 'kpc', sentences: 10.5 } }),
      /sentences must be a whole/u,
    ],
    [
      'an unknown choice',
      spec({}, { select: { type: 'bm25', variant: 'x' } }),
      /variant must be one of lucene, okapi/u,
    ],
    [
      'a toggle that is no boolean',
      spec({}, { select: { type: 'random', redraw: 1 } }),
      /redraw must be true or false/u,
    ],
    ['too many shots', spec({}, { shots: LIMITS.shots + 1 }), /shots must be at most 64/u],
    ['negative shots', spec({}, { shots: -1 }), /shots must be at least 0/u],
    ['no arm', spec({ arms: [] }), /at least one arm/u],
    [
      'too many arms',
      spec({ arms: Array.from({ length: 65 }, (_, i) => ({ ...arm, id: `a${i}` })) }),
      /at most 64 arms/u,
    ],
    ['two arms of one id', spec({ arms: [arm, arm] }), /id of its own/u],
    ['an odd arm id', spec({}, { id: 'A b' }), /arm id/u],
    ['limit 0', spec({ limit: 0 }), /limit must be at least 1/u],
    ['trials 0', spec({ trials: 0 }), /trials must be at least 1/u],
    ['a negative seed', spec({ seed: -1 }), /seed/u],
    ['another version', spec({ version: 2 }), /version/u],
    ['an empty label name', spec({ template: { instruction: '', inputNames: ['x'], labelName: ' ' } }), /label name/u],
    ['nothing', null, /./u],
  ])('refuses %s and names it', (_what, input, message) => {
    expect(problem(input)).toMatch(message);
  });

  it('says where in the spec the problem is', () => {
    const two = [arm, { ...arm, id: 'b', select: { type: 'best' } }];
    expect(problem(spec({ arms: two }))).toMatch(/arms\.1/u);
  });

  it('lists several problems of one spec at once', () => {
    const message = problem(spec({ limit: 0 }, { shots: -1 }));
    expect(message).toMatch(/shots/u);
    expect(message).toMatch(/limit/u);
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'does not take %s for a plug-in',
    (type) => {
      expect(problem(spec({}, { select: { type } }))).toMatch(/There is no selector/u);
      expect(problem(spec({}, { calibrate: { type } }))).toMatch(/There is no calibrator/u);
      expect(problem(spec({}, { ruminate: { type } }))).toMatch(/There is no rumination/u);
    },
  );

  it.each(['__proto__', 'constructor', 'prototype', 'toString'])(
    'refuses or ignores the key %s at every level',
    (key) => {
      const evil = JSON.parse(`{ "${key}": { "polluted": true } }`) as object;
      const define = (target: object): object => {
        for (const [name, value] of Object.entries(evil)) {
          Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
        }
        return target;
      };
      const inputs = [
        define(spec()),
        spec({ arms: [define({ ...arm })] }),
        spec({}, { select: define({ type: 'ker' }) }),
        spec({ data: define({ id: 'topic' }) }),
      ];
      for (const input of inputs) {
        const parsed = parseSpec(input);
        if (parsed.ok) expect(JSON.stringify(parsed.spec)).not.toMatch(/polluted/u);
        else expect(parsed.problem).toContain(key);
      }
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    },
  );

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.anything().map((x) => spec({ arms: [x] })),
          fc.anything().map((x) => spec({}, { select: x })),
        ),
        (input) => {
          const parsed = parseSpec(input);
          if (!parsed.ok) expect(parsed.problem.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('registries', () => {
  it.each([
    ['selectors', selectors],
    ['calibrators', calibrators],
    ['ruminations', ruminations],
  ])('of %s have every plug-in under its own type, with text for the user', (_name, registry) => {
    for (const [key, plugin] of Object.entries(registry)) {
      expect(plugin.type).toBe(key);
      for (const text of [plugin.title, plugin.summary, plugin.source]) expect(text).not.toBe('');
      for (const [name, field] of Object.entries(plugin.fields as Parameters<typeof defaultsOf>[0])) {
        expect(name).not.toBe('type');
        expect(field.label).not.toBe('');
        if (field.kind === 'number') {
          expect(field.default).toBeGreaterThanOrEqual(field.min);
          expect(field.default).toBeLessThanOrEqual(field.max);
        }
        if (field.kind === 'choice') expect(field.choices.map((c) => c.value)).toContain(field.default);
      }
    }
  });
});

describe('presets', () => {
  it('have ids of their own and run on bundled data', () => {
    expect(new Set(presets.map((p) => p.id)).size).toBe(presets.length);
    for (const { spec: made } of presets) expect(datasetCatalog.map((d) => d.id)).toContain(made.data.id);
  });

  it('compare arms that differ', () => {
    for (const { id, spec: made } of presets) {
      const methods = made.arms.map(({ id: _id, name: _name, ...method }) => JSON.stringify(method));
      expect(new Set(methods).size, id).toBe(made.arms.length);
    }
  });

  it('begin with the default experiment of four arms', () => {
    expect(defaultSpec).toBe(presets[0]?.spec);
    expect(defaultSpec.arms).toHaveLength(4);
  });
});
