import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CellRecord } from '../../../src/core/run/record.ts';
import type { Arm } from '../../../src/core/run/spec.ts';
import { parseSpec } from '../../../src/core/run/spec.ts';
import { beforeAfter, countOf, sameArm } from '../../../src/panels/calibrate/before-after.ts';

const labels = [
  { id: 'a', words: ['a'] },
  { id: 'b', words: ['b'] },
  { id: 'c', words: ['c'] },
];

const cell = (i: number, gold: string, distribution: readonly number[], calibrated: readonly number[]): CellRecord => {
  const probability = Math.max(...calibrated);
  return {
    key: `k${i}`,
    armId: 'arm',
    trial: 0,
    queryId: `q${i}`,
    gold,
    demos: [],
    dropped: [],
    shotsRequested: 0,
    segments: [],
    promptTokens: 0,
    thought: null,
    labelLogprobs: distribution.map(Math.log),
    distribution,
    prior: [1, 1, 1],
    calibrated,
    prediction: { kind: 'label', label: labels[calibrated.indexOf(probability)]?.id ?? '', probability },
  };
};

const [A, B, C] = [
  [0.8, 0.1, 0.1],
  [0.1, 0.8, 0.1],
  [0.1, 0.1, 0.8],
];

describe('answers before and after calibration', () => {
  it('says of each whether it was turned, and whether rightly', () => {
    const { turned } = beforeAfter(
      [cell(1, 'b', A, B), cell(2, 'a', A, B), cell(3, 'c', A, B), cell(4, 'a', A, A), cell(5, 'c', A, C)],
      labels,
    );
    expect(turned.map((t) => t.change)).toEqual(['fixed', 'broken', 'other', 'same', 'fixed']);
    expect(turned[0]).toMatchObject({ before: 'a', after: 'b' });
    expect(countOf(turned, 'fixed')).toBe(2);
  });

  it('compares the same queries: gained are the fixed ones, lost the broken ones', () => {
    const share = fc.constantFrom(A, B, C);
    const gold = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(fc.array(fc.tuple(gold, share, share), { minLength: 1, maxLength: 30 }), (made) => {
        const cells = made.map(([g, before, after], i) => cell(i, g, before, after));
        const found = beforeAfter(cells, labels);
        expect(found.after?.mcnemar?.gained).toBe(countOf(found.turned, 'fixed'));
        expect(found.after?.mcnemar?.lost).toBe(countOf(found.turned, 'broken'));
        expect(found.after?.mcnemar?.flipRate).toBeCloseTo(1 - countOf(found.turned, 'same') / cells.length, 12);
        expect(found.before?.accuracy).toBeCloseTo(
          found.answers.before.filter((a) => a.predicted === a.gold).length / cells.length,
          12,
        );
      }),
    );
  });
});

describe('the arm that asks alike', () => {
  const arms = (): readonly Arm[] => {
    const parsed = parseSpec({
      version: 1,
      data: { id: 'topic' },
      model: { engine: 'embedded', id: 'm' },
      arms: [
        { id: 'one', name: 'One', select: { type: 'random' }, shots: 4, calibrate: { type: 'kpc' } },
        { id: 'two', name: 'Two', select: { type: 'random' }, shots: 4, calibrate: { type: 'kpc', beta: 0.5 } },
      ],
    });
    if (!parsed.ok) throw new Error(parsed.problem);
    return parsed.spec.arms;
  };

  it('is found whatever its name, and not where one option differs', () => {
    const [one, two] = arms() as [Arm, Arm];
    expect(sameArm([one, two], { ...two, id: 'x', name: 'X' })?.id).toBe('two');
    expect(sameArm([one], two)).toBeUndefined();
  });
});
