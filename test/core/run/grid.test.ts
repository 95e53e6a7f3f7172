import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetOf } from '../../../src/core/run/budget.ts';
import { contrast, interactions, mainEffects } from '../../../src/core/run/contrast.ts';
import { type Factor, factorsOf, gridArms, levelsOf } from '../../../src/core/run/grid.ts';
import type { CellRecord } from '../../../src/core/run/record.ts';
import { runExperiment } from '../../../src/core/run/run.ts';
import { type Arm, LIMITS, parseSpec, type RunSpec } from '../../../src/core/run/spec.ts';
import { fakeModel } from '../../support/fake-model.ts';
import { goldenKnowledge, smallDataset } from '../../support/small-world.ts';

function specOf(arms: readonly Record<string, unknown>[], changes: Record<string, unknown> = {}): RunSpec {
  const parsed = parseSpec({
    version: 1,
    data: { id: 'small' },
    model: { engine: 'fake', id: 'hash' },
    arms: arms.map((arm, i) => ({ id: `a${i}`, name: `Arm ${i}`, select: { type: 'random' }, shots: 3, ...arm })),
    ...changes,
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.spec;
}

const [base] = specOf([{}]).arms as [Arm];
const parts = (...arms: Record<string, unknown>[]): Arm[] => specOf(arms).arms;
const select: Factor = {
  part: 'select',
  levels: parts({ select: { type: 'random' } }, { select: { type: 'bm25' } }, { select: { type: 'ker' } }).map(
    (arm) => ({ name: arm.select.type, value: arm.select }),
  ),
};
const calibrate: Factor = {
  part: 'calibrate',
  levels: parts({}, { calibrate: { type: 'kpc' } }).map((arm) => ({ name: arm.calibrate.type, value: arm.calibrate })),
};
const shots: Factor = { part: 'shots', levels: [2, 4].map((value) => ({ name: String(value), value })) };

describe('grid of arms', () => {
  it('has every combination of the levels once, the first arm every first level', () => {
    const arms = gridArms(base, [select, calibrate, shots]);
    expect(arms).toHaveLength(12);
    expect(arms.map((arm) => levelsOf(arm, [select, calibrate, shots]).join(''))).toEqual([
      '000',
      '001',
      '010',
      '011',
      '100',
      '101',
      '110',
      '111',
      '200',
      '201',
      '210',
      '211',
    ]);
    expect(arms[7]).toMatchObject({ id: 'g-1-1-1', name: 'bm25 × kpc × 4', shots: 4, order: base.order });
    expect(parseSpec({ ...specOf([{}]), arms }).ok).toBe(true);
  });

  it('is found again from its arms alone, as a link brings them', () => {
    const all = [select, calibrate, shots];
    const subsets = fc.subarray(all, { minLength: 1 });
    fc.assert(
      fc.property(subsets, (factors) => {
        const found = factorsOf(gridArms(base, factors));
        expect(found?.map(({ part }) => part).sort()).toEqual(factors.map(({ part }) => part).sort());
        for (const { part, levels } of factors) expect(found?.find((f) => f.part === part)?.levels).toEqual(levels);
      }),
    );
  });

  it('is not seen in arms that leave out a combination, repeat one or do not differ', () => {
    const arms = gridArms(base, [select, calibrate]);
    expect(factorsOf(arms.slice(1))).toBeNull();
    expect(factorsOf([...arms.slice(1), { ...(arms[1] as Arm), id: 'again' }])).toBeNull();
    expect(factorsOf([base])).toBeNull();
  });

  it('names levels of one method by the options that differ', () => {
    const arms = parts(
      { select: { type: 'ker' } },
      { select: { type: 'ker', alpha: 0.9 } },
      { select: { type: 'bm25' } },
    );
    expect(factorsOf(arms)?.[0]?.levels.map((l) => l.name)).toEqual(['ker alpha=0.5', 'ker alpha=0.9', 'bm25']);
  });
});

/** Answers of arms to queries in trials; `right` says which. */
const answers = (
  arms: readonly Arm[],
  right: (levels: readonly number[], query: number, trial: number) => boolean,
  { queries = 12, trials = 2, factors = [select, calibrate] } = {},
): CellRecord[] =>
  arms.flatMap((arm) =>
    Array.from({ length: queries * trials }, (_, i) => {
      const [query, trial] = [i % queries, Math.floor(i / queries)];
      return {
        armId: arm.id,
        trial,
        queryId: `q${query}`,
        gold: 'yes',
        prediction: {
          kind: 'label',
          label: right(levelsOf(arm, factors), query, trial) ? 'yes' : 'no',
          probability: 1,
        },
      } as CellRecord;
    }),
  );

describe('effects of a grid', () => {
  const arms = gridArms(base, [select, calibrate]);
  const grid = (cells: readonly CellRecord[]) => ({ arms, factors: [select, calibrate], cells, seed: 1 });
  const accuracy = (cells: readonly CellRecord[], armId: string): number => {
    const own = cells.filter((cell) => cell.armId === armId);
    return (
      own.filter((cell) => cell.prediction.kind === 'label' && cell.prediction.label === 'yes').length / own.length
    );
  };
  const table = fc.array(fc.boolean(), { minLength: 6 * 24, maxLength: 6 * 24 });
  const cellsOf = (bits: readonly boolean[]) =>
    answers(arms, ([a = 0, b = 0], query, trial) => bits[(a * 2 + b) * 24 + trial * 12 + query] === true);

  it('are differences of accuracies: each level over all levels of the other factor, each pair beyond their sum', () => {
    fc.assert(
      fc.property(table, (bits) => {
        const cells = cellsOf(bits);
        const at = (a: number, b: number) => accuracy(cells, `g-${a}-${b}`);
        const effects = mainEffects(grid(cells));
        expect(effects.map((e) => [e.factor.part, e.level])).toEqual([
          ['select', 1],
          ['select', 2],
          ['calibrate', 1],
        ]);
        expect(effects[1]?.value).toBeCloseTo((at(2, 0) - at(0, 0) + at(2, 1) - at(0, 1)) / 2, 9);
        expect(effects[2]?.value).toBeCloseTo([0, 1, 2].reduce((sum, a) => sum + at(a, 1) - at(a, 0), 0) / 3, 9);
        const [first, second] = interactions(grid(cells));
        expect(first?.value).toBeCloseTo(at(1, 1) - at(1, 0) - at(0, 1) + at(0, 0), 9);
        expect(second?.value).toBeCloseTo(at(2, 1) - at(2, 0) - at(0, 1) + at(0, 0), 9);
        for (const { value, interval } of [...effects, first, second].filter((c) => c !== undefined)) {
          expect(interval?.low).toBeLessThanOrEqual(value + 1e-9);
          expect(interval?.high).toBeGreaterThanOrEqual(value - 1e-9);
        }
      }),
      { numRuns: 5 },
    );
  });

  it('have no interaction, for certain, where each factor helps the same queries whatever the other is', () => {
    const cells = answers(arms, ([a = 0, b = 0], query) => (query < 6 ? a > 0 : b > 0));
    for (const { value, interval } of interactions(grid(cells))) {
      expect(value).toBeCloseTo(0, 12);
      expect([interval?.low, interval?.high]).toEqual([expect.closeTo(0, 12), expect.closeTo(0, 12)]);
    }
  });

  it('have an interaction above zero where only both together help', () => {
    const cells = answers(arms, ([a = 0, b = 0], query) => a === 2 && b === 1 && query < 10);
    const [, both] = interactions(grid(cells));
    expect(both?.value).toBeCloseTo(10 / 12, 9);
    expect(both?.interval?.low).toBeGreaterThan(0.4);
  });

  it('are taken over the queries and trials that all arms have answered', () => {
    const cells = answers(arms, () => true).filter((cell) => cell.armId !== 'g-0-0' || cell.queryId === 'q3');
    const weights = new Map([
      ['g-0-0', -1],
      ['g-1-0', 1],
    ]);
    expect(contrast(cells, weights, 1)).toMatchObject({ value: 0, n: 1 });
    expect(contrast(cells, new Map([['nobody', 1]]), 1)).toBeNull();
  });

  it('do not depend on the order in which answers came', () => {
    const cells = cellsOf(Array.from({ length: 144 }, (_, i) => (i * 7) % 5 < 2));
    expect(interactions(grid([...cells].reverse()))).toEqual(interactions(grid(cells)));
  });
});

describe('budget of a run', () => {
  const budget = (arm: Record<string, unknown>, changes: Record<string, unknown> = {}) =>
    budgetOf(specOf([arm], changes), smallDataset(), (text) => text.split(/\s+/u).length)[0] as ReturnType<
      typeof budgetOf
    >[number];

  it('is nothing for an arm without a model', () => {
    expect(budget({ answer: { type: 'vote' } })).toMatchObject({ prompts: 0, texts: 0, tokens: 0 });
  });

  it('counts a prompt a query, more for what a method asks beside', () => {
    const queries = smallDataset().evalSet.length;
    expect(budget({}).prompts).toBe(queries);
    expect(budget({}, { trials: 3 }).prompts).toBe(3 * queries);
    expect(budget({}, { limit: 2 }).prompts).toBe(2);
    expect(budget({ calibrate: { type: 'cc' } }).prompts).toBe(queries + 3);
    expect(budget({ select: { type: 'topk' }, calibrate: { type: 'cc' } }).prompts).toBe(queries + 3 * queries);
    expect(budget({ calibrate: { type: 'bc' } }).prompts).toBe(queries);
    expect(budget({ select: { type: 'mdl', sets: 4 } }).prompts).toBe(4 * queries);
    expect(budget({ answer: { type: 'channel' } }).prompts).toBe(2 * queries);
    expect(budget({ ruminate: { type: 'background' } }).texts).toBe(queries);
  });

  it('asks for more tokens with demos of each query than with one set for all', () => {
    const [shared, each] = [budget({}).tokens, budget({ select: { type: 'random', redraw: true } }).tokens];
    expect(each).toBeGreaterThan(2 * shared);
  });

  it.each([
    ['one set of demos', {}],
    ['demos of each query', { select: { type: 'topk' } }],
    ['contextual calibration', { calibrate: { type: 'cc' } }],
    ['the channel', { answer: { type: 'channel' } }],
  ])('is near what a model that shares prefixes computes with %s', async (_what, arm) => {
    const spec = specOf([arm]);
    const model = fakeModel();
    let distinct = 0;
    const seen = new Set<string>();
    const sharing = {
      ...model,
      score: async (...args: Parameters<typeof model.score>) => {
        for (const { prompt, continuations } of args[0]) {
          for (const continuation of continuations) {
            const tokens = `${prompt}${continuation}`.match(/\s*\S+/gu) ?? [];
            for (let n = 1; n < tokens.length; n++) {
              const prefix = tokens.slice(0, n).join('');
              if (!seen.has(prefix)) distinct++;
              seen.add(prefix);
            }
          }
        }
        return model.score(...args);
      },
    };
    await runExperiment({ spec, dataset: smallDataset(), knowledge: goldenKnowledge(), model: sharing });
    const { tokens } = budget(arm);
    expect(tokens / distinct).toBeGreaterThan(0.6);
    expect(tokens / distinct).toBeLessThan(1.6);
  });

  it('stays within the arms that a run may have', () => {
    const arms = gridArms(base, [select, calibrate, shots]);
    expect(arms.length).toBeLessThanOrEqual(LIMITS.arms);
    expect(budgetOf({ ...specOf([{}]), arms }, smallDataset())).toHaveLength(arms.length);
  });
});
