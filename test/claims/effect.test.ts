import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excess, pooled, setEffects } from '../../scripts/claims/effect.ts';
import { type ClaimRecord, codedAnswers } from '../../scripts/claims/record.ts';
import { verdictOf } from '../../scripts/claims/verdict.ts';
import { mcnemar } from '../../src/core/metrics/mcnemar.ts';
import type { CellRecord } from '../../src/core/run/record.ts';
import { summarise } from '../../src/core/run/summarise.ts';

const record = (answers: ClaimRecord['answers'], set = 'a-set'): ClaimRecord => ({
  ...{ version: 1, run: 'a-run', set, title: set, key: '0'.repeat(64), spec: {}, models: [], backends: [] },
  ...{ data: { digest: '', queries: 0, poolSize: 0, labels: 3 }, knowledge: '', tokens: { asked: 0, computed: 0 } },
  ...{ seconds: 0, answers },
});

const against = new Map([
  ['two', 1],
  ['one', -1],
]);
const effectOf = (answers: ClaimRecord['answers'], weights: ReadonlyMap<string, number> = against, set?: string) => {
  const [found] = setEffects(record(answers, set), [weights]);
  if (found === undefined) throw new Error('no effect');
  return found;
};

const labels = ['x', 'y', 'z'];
const TRIALS = 3;

/** Gold and answers of two arms to one query; -1 is unscored. */
const query = fc.record({
  gold: fc.nat(2),
  one: fc.array(fc.integer({ min: -1, max: 2 }), { minLength: TRIALS, maxLength: TRIALS }),
  two: fc.array(fc.integer({ min: -1, max: 2 }), { minLength: TRIALS, maxLength: TRIALS }),
});

const cell = (armId: string, trial: number, queryId: string, gold: string, answer: number): CellRecord => ({
  ...{ key: '', armId, trial, queryId, gold, demos: [], dropped: [], shotsRequested: 0, segments: [] },
  ...{ promptTokens: 0, thought: null, labelLogprobs: [], distribution: [], prior: null, calibrated: [] },
  prediction:
    answer < 0
      ? { kind: 'unscored', reason: 'test' }
      : { kind: 'label', label: labels[answer] as string, probability: 1 },
});

describe('the effect of a claim', () => {
  it('is what the summary of the run itself says, from the coded answers alone', () => {
    fc.assert(
      fc.property(fc.array(query, { minLength: 1, maxLength: 12 }), (queries) => {
        const cells = (['one', 'two'] as const).flatMap((arm) =>
          Array.from({ length: TRIALS }, (_, trial) =>
            queries.map((q, i) => cell(arm, trial, `q${i}`, labels[q.gold] as string, q[arm][trial] as number)),
          ).flat(),
        );
        const ids = labels.map((id) => ({ id }));
        const paired = summarise({ arms: [{ id: 'one' }, { id: 'two' }], labels: ids, cells })[1]?.mcnemar;
        const found = pooled([effectOf(codedAnswers(cells, labels))]);
        expect(found).toMatchObject({ n: queries.length, gained: paired?.gained, lost: paired?.lost, p: paired?.midP });
        expect(found.value).toBeCloseTo(paired?.difference ?? Number.NaN, 12);
        expect(found.interval.low).toBeLessThanOrEqual(found.value + 1e-12);
        expect(found.interval.high).toBeGreaterThanOrEqual(found.value - 1e-12);
      }),
      { numRuns: 10 },
    );
  });

  it('pools sets by query', () => {
    const small = effectOf({ one: ['11'], two: ['00'] }, against, 'small');
    const large = effectOf({ one: ['00110011'], two: ['00110011'] }, against, 'large');
    expect(pooled([small, large])).toMatchObject({ n: 10, value: 0.2, gained: 2, lost: 0, p: mcnemar(2, 0).midP });
  });

  it('of four arms is what both gain beyond the sum of each', () => {
    const weights = new Map([
      ['both', 1],
      ['neither', 1],
      ['first', -1],
      ['second', -1],
    ]);
    const answers = { both: ['0000'], neither: ['1111'], first: ['0111'], second: ['1011'] };
    expect(pooled([effectOf(answers, weights)])).toMatchObject({ value: 0.5, gained: 2, lost: 0 });
  });

  it('in some sets beyond others is their difference, and clear where it is total', () => {
    const gains = effectOf({ one: ['1'.repeat(40)], two: ['0'.repeat(40)] }, against, 'here');
    const same = effectOf({ one: ['01'.repeat(20)], two: ['01'.repeat(20)] }, against, 'there');
    const found = excess([gains], [same]);
    expect(found).toMatchObject({ n: 80, value: 1, interval: { low: 1, high: 1 } });
    expect(found.p).toBeLessThan(0.01);
    expect(excess([same], [same])).toMatchObject({ value: 0, p: 1 });
  });

  it('is refused where an arm has not answered all', () => {
    expect(() => effectOf({ one: ['00'], two: ['0'] })).toThrow(/no full answers of "two"/u);
    expect(() => effectOf({ one: ['00'] })).toThrow(/no full answers of "two"/u);
  });
});

describe('the verdict', () => {
  it.each([
    { low: 0.01, high: 0.02, p: 0.01, verdict: 'seen' },
    { low: 0.01, high: 0.09, p: 0.2, verdict: 'too small to tell' },
    { low: -0.01, high: 0.09, p: 0.01, verdict: 'too small to tell' },
    { low: -0.01, high: 0.029, p: 0.9, verdict: 'not seen' },
    { low: -0.09, high: -0.01, p: 0.2, verdict: 'not seen' },
    { low: -0.09, high: -0.01, p: 0.01, verdict: 'not seen; the reverse is' },
    { low: -0.09, high: 0.03, p: 0.9, verdict: 'too small to tell' },
  ])('of $low to $high with p $p is $verdict', ({ low, high, p, verdict }) => {
    expect(verdictOf({ interval: { low, high } }, p)).toBe(verdict);
  });
});
