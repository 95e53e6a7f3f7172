import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectors } from '../../../src/core/demos/registry.ts';
import { defaultsOf } from '../../../src/core/options.ts';
import { stream } from '../../../src/core/random/stream.ts';
import { coverage, kerView, linkedRun, nearness, rangeOf } from '../../../src/panels/select/ker-view.ts';
import { goldenKnowledge, smallDataset } from '../../support/small-world.ts';

const dataset = smallDataset();
const knowledge = goldenKnowledge();
const linked = linkedRun(dataset, undefined, knowledge);
const preset = defaultsOf(selectors.ker.fields);
const options = fc.record({
  alpha: fc.double({ min: 0, max: 1, noNaN: true }),
  gamma: fc.double({ min: 0.001, max: 1, noNaN: true }),
  squared: fc.boolean(),
  maximum: fc.constantFrom('target' as const, 'all' as const),
});

describe('the picture of knowledge relevance', () => {
  it('has the figures that the selector gives as its reasons', async () => {
    const select = await selectors.ker.prepare(
      {
        pool: linked.pool,
        targets: linked.queries,
        labels: dataset.labels,
        shots: linked.pool.length,
        knowledge,
        embed: () => Promise.reject(new Error('not asked')),
        ask: () => Promise.reject(new Error('not asked')),
        random: (...name) => stream(1, ...name),
      },
      preset,
    );
    const view = kerView(linked, preset);
    const place = new Map(linked.pool.map(({ id }, i) => [id, i]));
    linked.queries.forEach((query, j) => {
      for (const { example, why } of select(query)) {
        const i = place.get(example.id) as number;
        expect(view.rows[j]?.relevance[i]).toBeCloseTo(why.figures.relevance as number, 12);
        expect(view.rows[j]?.overlap[i]).toBeCloseTo(why.figures.overlap as number, 12);
        expect(view.weight[i]).toBeCloseTo(why.figures['pool weight'] as number, 12);
      }
    });
  });

  it('is worked out by the sum that is shown: alpha times overlap, the rest times nearness', () => {
    fc.assert(
      fc.property(options, (chosen) => {
        const view = kerView(linked, chosen);
        view.rows.forEach((row, j) => {
          const max = view.maxima[j] as (typeof view.maxima)[number];
          row.relevance.forEach((d, i) => {
            const near = ((row.overlap[i] as number) + chosen.gamma) / (max.overlap + chosen.gamma);
            const far = nearness(row.distance[i] as number, max.distance);
            expect(d).toBeCloseTo(chosen.alpha * near + (1 - chosen.alpha) * far, 10);
          });
        });
      }),
      { numRuns: 20 },
    );
  });

  it('orders the pool by weight, and tells how many equal items the weights are worth', () => {
    fc.assert(
      fc.property(options, (chosen) => {
        const { weight, order, effective, rows } = kerView(linked, chosen);
        const sorted = order.map((i) => weight[i] as number);
        expect(sorted).toEqual([...sorted].sort((a, b) => b - a));
        expect(effective).toBeGreaterThanOrEqual(1);
        expect(effective).toBeLessThanOrEqual(linked.pool.length + 1e-9);
        const { low, high } = rangeOf(rows);
        expect(low).toBeLessThanOrEqual(high);
      }),
      { numRuns: 20 },
    );
  });

  it('counts the texts that name an entity', () => {
    expect(coverage(linked.poolLinks)).toBeCloseTo(8 / 10, 12);
    expect(coverage([])).toBe(0);
  });
});
