import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CellRecord, RunRecord } from '../../../src/core/run/record.ts';
import { type Arm, parseSpec, type RunSpec } from '../../../src/core/run/spec.ts';
import { costOf } from '../../../src/panels/grid/cost.ts';
import { namedFactors, withDesign } from '../../../src/panels/grid/design.ts';
import { apart, effectsOf, headlineOf, interactionVerdict } from '../../../src/panels/grid/effects.ts';
import { axesOf, heatScale, tablesOf } from '../../../src/panels/grid/layout.ts';
import { starters } from '../../../src/panels/grid/starters.ts';
import type { Results } from '../../../src/panels/host.ts';
import { smallDataset } from '../../support/small-world.ts';

const base = (() => {
  const parsed = parseSpec({
    version: 1,
    data: { id: 'small' },
    model: { engine: 'fake', id: 'hash' },
    arms: [{ id: 'a', name: 'A', select: { type: 'random' }, shots: 2 }],
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.spec;
})();

const gridOf = (id: string): RunSpec => withDesign(base, starters.find((s) => s.id === id)?.designFor(base) as never);

const N = 40;

/** An arm answers the first so many queries rightly. */
const cellsOf = (arm: Arm, right: number): CellRecord[] =>
  Array.from({ length: N }, (_, q) => ({
    armId: arm.id,
    trial: 0,
    queryId: `q${q}`,
    gold: 'x',
    prediction: { kind: 'label', label: q < right ? 'x' : 'y', probability: 1 },
  })) as unknown as CellRecord[];

const grid = (spec: RunSpec, right: (arm: Arm) => number) => ({
  arms: spec.arms,
  factors: namedFactors(spec.arms) ?? [],
  cells: spec.arms.flatMap((arm) => cellsOf(arm, right(arm))),
  seed: 1,
});

describe('what a grid is about', () => {
  it('is the interaction of KER and KPC, taken apart into what each does alone', () => {
    const found = grid(gridOf('ker-kpc'), ({ select, calibrate }) => {
      const [ker, kpc] = [select.type === 'ker', calibrate.type === 'kpc'];
      return 10 + (ker ? 4 : 0) + (kpc ? 6 : 0) + (ker && kpc ? 8 : 0);
    });
    const effects = effectsOf(found);
    const headline = headlineOf(effects);
    if (headline === null) throw new Error('no headline');
    expect(headline.value).toBeCloseTo(8 / N, 12);
    expect(interactionVerdict(headline)).toMatch(/better than the effects/u);
    const parts = apart(found, headline);
    expect(parts?.neither.value).toBeCloseTo(10 / N, 12);
    expect(parts?.first.value).toBeCloseTo(4 / N, 12);
    expect(parts?.second.value).toBeCloseTo(6 / N, 12);
    expect(parts?.both.value).toBeCloseTo(18 / N, 12);
    expect(effects.main.map(({ value }) => value)).toEqual([
      expect.closeTo((4 + 12) / 2 / N, 12),
      expect.closeTo((6 + 14) / 2 / N, 12),
    ]);
  });

  it('is nothing where it has not both', () => {
    expect(headlineOf(effectsOf(grid(gridOf('shots'), () => 5)))).toBeNull();
    expect(headlineOf(effectsOf(grid(gridOf('recall'), () => 5)))).toBeNull();
  });

  it('is not said surely where the interval holds zero', () => {
    expect(interactionVerdict({ value: 0.1, interval: { low: -0.1, high: 0.3 }, n: 9 })).toMatch(/cannot tell/u);
    expect(interactionVerdict({ value: -0.1, interval: { low: -0.2, high: -0.01 }, n: 9 })).toMatch(
      /worse than the effects/u,
    );
    expect(interactionVerdict({ value: 0.1, interval: null, n: 1 })).toMatch(/Too few/u);
  });
});

describe('the tables of a grid', () => {
  it('have every arm once, at the levels that rows and columns say', () => {
    const { arms } = gridOf('kict');
    const factors = namedFactors(arms) ?? [];
    const axes = axesOf(factors);
    expect(axes).toEqual({ rows: 'select', columns: 'calibrate' });
    const [table, ...more] = tablesOf(arms, factors, axes);
    expect(more).toEqual([]);
    expect(table?.arms.map((row) => row.map(({ calibrate }) => calibrate.type))).toEqual(
      Array.from({ length: 4 }, () => ['none', 'cc', 'dc', 'bc', 'kpc']),
    );
    const turned = tablesOf(arms, factors, axesOf(factors, 'calibrate', 'select'));
    expect(turned[0]?.arms.map((row) => row.length)).toEqual([4, 4, 4, 4, 4]);
  });

  it('are one for each combination of the other levels', () => {
    const two = gridOf('shots');
    const arms = two.arms.flatMap((arm, i): Arm[] => [
      { ...arm, id: `a${i}` },
      { ...arm, id: `b${i}`, calibrate: { type: 'cc' } },
    ]);
    const factors = namedFactors(arms) ?? [];
    const tables = tablesOf(arms, factors, axesOf(factors));
    expect(tables.map(({ name }) => name)).toEqual(['2 shots', '4 shots', '8 shots', '16 shots']);
    expect(new Set(tables.flatMap((table) => table.arms.flat().map(({ id }) => id))).size).toBe(16);
    expect(axesOf(factors, 'nothing', 'shots')).toEqual({ rows: 'select', columns: 'shots' });
  });

  it('are painted over a scale that holds every accuracy and is never narrow', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (shares) => {
        const { low, high } = heatScale(shares);
        for (const share of shares) {
          expect(share).toBeGreaterThanOrEqual(low - 1e-9);
          expect(share).toBeLessThanOrEqual(high + 1e-9);
        }
        expect(high - low).toBeGreaterThanOrEqual(0.2 - 1e-9);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('the cost of a grid', () => {
  const dataset = smallDataset();
  const spec = { ...gridOf('ker-kpc'), trials: 2 };
  const ran = (changes: Partial<RunRecord>): Results =>
    ({
      experiment: { spec },
      dataset,
      model: { engine: 'fake', id: 'hash' },
      record: { wallSeconds: 10, reusedCells: 0, cells: { length: 48 }, ...changes },
    }) as unknown as Results;

  it('counts answers, and tells the time from the last run of the same model alone', () => {
    expect(costOf(spec, dataset, null)).toMatchObject({ answers: 4 * 6 * 2, queries: 6, texts: 0, seconds: null });
    expect(costOf(spec, dataset, ran({})).seconds).toBeCloseTo(10, 9);
    expect(costOf({ ...spec, trials: 4 }, dataset, ran({})).seconds).toBeCloseTo(20, 1);
    const other = { ...spec, model: { engine: 'fake', id: 'other' } };
    expect(costOf(other, dataset, ran({})).seconds).toBeNull();
  });

  it('takes answers that were kept from before for no work', () => {
    expect(costOf(spec, dataset, ran({ reusedCells: 24 })).seconds).toBeCloseTo(20, 9);
    expect(costOf(spec, dataset, ran({ reusedCells: 48 })).seconds).toBeNull();
  });
});
