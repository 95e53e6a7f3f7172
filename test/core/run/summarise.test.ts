import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mcnemar } from '../../../src/core/metrics/mcnemar.ts';
import { wilson } from '../../../src/core/metrics/wilson.ts';
import type { CellRecord, Prediction } from '../../../src/core/run/record.ts';
import { summarise } from '../../../src/core/run/summarise.ts';

const labels = [{ id: 'a' }, { id: 'b' }];
const arms = [{ id: 'one' }, { id: 'two' }];

function cell(armId: string, queryId: string, label: string | null, changes: Partial<CellRecord> = {}): CellRecord {
  const prediction: Prediction =
    label === null ? { kind: 'unscored', reason: 'test' } : { kind: 'label', label, probability: 0.8 };
  return {
    key: `${armId}-${queryId}`,
    armId,
    trial: 0,
    queryId,
    gold: 'a',
    demos: [],
    dropped: [],
    shotsRequested: 0,
    segments: [],
    promptTokens: 0,
    thought: null,
    labelLogprobs: [],
    distribution: [],
    prior: null,
    calibrated: [],
    prediction,
    ...changes,
  };
}

/** Answers of one arm: `+` right, `-` wrong, `?` unscored. */
const answers = (armId: string, marks: string, trial = 0): CellRecord[] =>
  [...marks].map((mark, i) => cell(armId, `q${i}`, mark === '+' ? 'a' : mark === '-' ? 'b' : null, { trial }));

describe('summary of an experiment', () => {
  it('counts right answers, unscored ones as wrong, with a Wilson interval', () => {
    const [one] = summarise({ arms, labels, cells: answers('one', '++-?') });
    expect(one).toMatchObject({ armId: 'one', n: 4, correct: 2, unscored: 1, accuracy: 0.5, mcnemar: null });
    expect(one?.interval).toEqual(wilson(2, 4));
    expect(one?.confusion).toEqual([
      [2, 1],
      [0, 0],
    ]);
    expect(one?.absentLabels).toEqual(['b']);
  });

  it('compares each arm with the first on the same queries', () => {
    const [, two] = summarise({ arms, labels, cells: [...answers('one', '+++--?'), ...answers('two', '++-+++')] });
    expect(two?.mcnemar).toMatchObject({ n: 6, gained: 3, lost: 1, ...mcnemar(3, 1) });
    expect(two?.mcnemar?.difference).toBeCloseTo(2 / 6, 12);
  });

  it('leaves out queries that only one arm has answered so far', () => {
    const [, two] = summarise({ arms, labels, cells: [...answers('one', '+-'), ...answers('two', '-+++++')] });
    expect(two?.mcnemar).toMatchObject({ gained: 1, lost: 1, difference: 0 });
  });

  it('has no comparison before there is a pair', () => {
    const [one, two] = summarise({ arms, labels, cells: answers('two', '++') });
    expect(one).toMatchObject({ n: 0, correct: 0, accuracy: 0, interval: { low: 0, high: 1 }, ece: 0, macroF1: 0 });
    expect(two?.mcnemar).toBeNull();
  });

  it('counts several trials of a query once in the test, by their majority', () => {
    const cells = [
      ...['+-', '+-', '--'].flatMap((marks, trial) => answers('one', marks, trial)),
      ...['-+', '++', '++'].flatMap((marks, trial) => answers('two', marks, trial)),
    ];
    const [one, two] = summarise({ arms, labels, cells });
    expect(one).toMatchObject({ n: 6, correct: 2 });
    expect(two?.mcnemar).toMatchObject({ gained: 1, lost: 0 });
  });

  it('does not make the interval narrower by repeating the same answers in more trials', () => {
    const marks = '+-'.repeat(30);
    const [once] = summarise({ arms, labels, cells: answers('one', marks) });
    const trials = Array.from({ length: 10 }, (_, trial) => answers('one', marks, trial)).flat();
    const [many] = summarise({ arms, labels, cells: trials });
    const width = (i?: { interval: { low: number; high: number } }): number =>
      (i?.interval.high ?? 0) - (i?.interval.low ?? 0);
    expect(width(many)).toBeGreaterThan(0.85 * width(once));
  });

  it('does not claim certainty when a few queries are right in every trial', () => {
    const trials = [0, 1, 2].flatMap((trial) => answers('one', '+++++', trial));
    const [one] = summarise({ arms, labels, cells: trials });
    expect(one?.accuracy).toBe(1);
    expect(one?.interval.low).toBeLessThan(0.9);
  });

  it('corrects all comparisons together, and the one that was named beforehand not at all', () => {
    const four = [...arms, { id: 'three' }, { id: 'four' }];
    const cells = [
      ...answers('one', '----------'),
      ...answers('two', '++++++++--'),
      ...answers('three', '+++++++---'),
      ...answers('four', '+---------'),
    ];
    const all = summarise({ arms: four, labels, cells }).map((s) => s.mcnemar);
    expect(all[0]).toBeNull();
    expect(all[1]?.adjustedP).toBeCloseTo(3 * mcnemar(8, 0).p, 12);
    expect(all[2]?.adjustedP).toBeCloseTo(2 * mcnemar(7, 0).p, 12);
    expect(all[3]).toMatchObject({ adjustedP: 1, family: 3, primary: false });
    const named = summarise({ arms: four, labels, cells, primary: 'three' }).map((s) => s.mcnemar);
    expect(named[2]).toMatchObject({ adjustedP: mcnemar(7, 0).p, family: 1, primary: true });
    expect(named[1]?.adjustedP).toBeCloseTo(2 * mcnemar(8, 0).p, 12);
  });

  it('tells how alike two arms answer, an unscored answer being an answer of its own', () => {
    const [, two] = summarise({ arms, labels, cells: [...answers('one', '++-?'), ...answers('two', '+-??')] });
    expect(two?.mcnemar?.flipRate).toBe(0.5);
  });

  it('has bootstrap intervals only when it is given a seed, around the figures', () => {
    const judged = (armId: string, marks: string): CellRecord[] =>
      answers(armId, marks).map((c) => ({
        ...c,
        calibrated: c.prediction.kind === 'label' && c.prediction.label === 'a' ? [0.8, 0.2] : [0.3, 0.7],
      }));
    const cells = [...judged('one', '++-+--+-+-++'), ...judged('two', '+++++-+-++++')];
    const [without] = summarise({ arms, labels, cells });
    expect(without?.intervals).toBeNull();
    const [one, two] = summarise({ arms, labels, cells, seed: 5 });
    for (const name of ['brier', 'nll'] as const) {
      expect(one?.intervals?.[name]?.low).toBeLessThan(one?.[name] ?? 0);
      expect(one?.intervals?.[name]?.high).toBeGreaterThan(one?.[name] ?? 0);
    }
    expect(one?.mcnemar).toBeNull();
    expect(two?.mcnemar?.interval?.low).toBeLessThan(two?.mcnemar?.difference ?? 0);
    expect(two?.mcnemar?.interval?.high).toBeGreaterThan(two?.mcnemar?.difference ?? 0);
    const turned = summarise({ arms, labels, cells: [...cells].reverse(), seed: 5 });
    expect(turned[1]?.intervals?.macroF1).toEqual(two?.intervals?.macroF1);
  });

  it('does not depend on the order in which cells came', () => {
    const marks = fc.array(fc.constantFrom('+', '-', '?'), { minLength: 1, maxLength: 20 }).map((m) => m.join(''));
    fc.assert(
      fc.property(marks, marks, fc.nat(), (m1, m2, turn) => {
        const cells = [...answers('one', m1), ...answers('two', m2)];
        const at = turn % cells.length;
        const turned = [...cells.slice(at), ...cells.slice(0, at)];
        const [a, b] = [summarise({ arms, labels, cells }), summarise({ arms, labels, cells: turned })];
        a.forEach((summary, i) => {
          expect(b[i]?.ece).toBeCloseTo(summary.ece, 9);
          expect({ ...b[i], ece: 0 }).toEqual({ ...summary, ece: 0 });
        });
      }),
    );
  });

  it('has an accuracy difference that is the difference of the accuracies when both arms answered the same queries', () => {
    const pairs = fc.array(fc.tuple(fc.constantFrom('+', '-', '?'), fc.constantFrom('+', '-', '?')), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(pairs, (made) => {
        const cells = [
          ...answers('one', made.map(([m]) => m).join('')),
          ...answers('two', made.map(([, m]) => m).join('')),
        ];
        const [one, two] = summarise({ arms, labels, cells });
        expect(two?.mcnemar?.difference).toBeCloseTo((two?.accuracy ?? 0) - (one?.accuracy ?? 0), 12);
      }),
    );
  });
});
