import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Calibrator, CalibratorContext, Prior, Reference } from '../../../src/core/calibration/calibrator.ts';
import { CONTENT_FREE } from '../../../src/core/calibration/contextual.ts';
import { knowledgeCorrection } from '../../../src/core/calibration/kpc.ts';
import {
  divideBy,
  exponentials,
  logMean,
  logNormalised,
  logSumExp,
  softmax,
} from '../../../src/core/calibration/logspace.ts';
import { calibrators } from '../../../src/core/calibration/registry.ts';
import { fitTemperature, TEMPERATURES } from '../../../src/core/calibration/temperature.ts';
import { defaultsOf, type Fields } from '../../../src/core/options.ts';
import { stream } from '../../../src/core/random/stream.ts';
import { expectNear } from '../../support/near.ts';
import { variantsOf } from '../../support/options.ts';
import { goldenKnowledge } from '../../support/small-world.ts';

const context: CalibratorContext = {
  knowledge: goldenKnowledge(),
  promptWith: (text) => `Demo\n\nInput: ${text}\nLabel:`,
  demoContext: 'Demo\n\n',
  cue: 'Label:',
  labels: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
  ownOptions: false,
  once: (make) => make(),
  demoLabels: ['a', 'a', 'b'],
  queryTexts: ['The first query, of six words.', 'A second one'],
  random: (...name) => stream(1, ...name),
};

const logs = (rows: readonly (readonly number[])[]): number[][] => rows.map((row) => row.map(Math.log));
const corrected = (p: readonly number[], { correction }: Pick<Prior, 'correction'>): number[] =>
  softmax(p.map((x, i) => Math.log(x) + (correction[i] as number)));
const argmax = (values: readonly number[]): number => values.indexOf(Math.max(...values));

const kpcDefaults = defaultsOf(calibrators.kpc.fields);
const ccPrior = (rows: readonly (readonly number[])[]): Prior =>
  (calibrators.cc.plan(context, {}) as { combine: (r: readonly (readonly number[])[]) => Prior }).combine(rows);
const kpcPrior = (rows: readonly (readonly number[])[], options: Partial<typeof kpcDefaults> = {}): Prior =>
  (
    calibrators.kpc.plan(context, { ...kpcDefaults, ...options }) as {
      combine: (r: readonly (readonly number[])[]) => Prior;
    }
  ).combine(rows);

const distribution = fc
  .array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })
  .map((values) => softmax(values.map(Math.log)));
const rowsOf = fc.array(distribution, { minLength: 1, maxLength: 5 });

describe('contextual calibration, golden vector 13.2', () => {
  const rows = [
    [0.7, 0.2, 0.1],
    [0.55, 0.4, 0.05],
    [0.5, 0.15, 0.35],
    [0.62, 0.3, 0.08],
  ];
  const prior = ccPrior(logs([[0.6, 0.25, 0.15]]));

  it('divides by the content-free prior and renormalises', () => {
    const expected = [
      [0.443038, 0.303797, 0.253165],
      [0.321637, 0.561404, 0.116959],
      [0.221239, 0.159292, 0.619469],
      [0.373494, 0.433735, 0.192771],
    ];
    rows.forEach((row, i) => {
      expectNear(corrected(row, prior), expected[i] as number[]);
    });
  });

  it('moves the answers from 0, 0, 0, 0 to 0, 1, 2, 1', () => {
    expect(rows.map(argmax)).toEqual([0, 0, 0, 0]);
    expect(rows.map((row) => argmax(corrected(row, prior)))).toEqual([0, 1, 2, 1]);
  });
});

describe('contextual calibration', () => {
  it('asks the same prompt with N/A, nothing and [MASK]', () => {
    expect(calibrators.cc.plan(context, {})?.prompts).toEqual(CONTENT_FREE.map((t) => `Demo\n\nInput: ${t}\nLabel:`));
  });

  it('averages probabilities that are not renormalised, then normalises the mean', () => {
    const { prior } = ccPrior(
      logs([
        [0.02, 0.06],
        [0.2, 0.1],
        [0.2, 0.02],
      ]),
    );
    expectNear(prior ?? [], [0.42 / 0.6, 0.18 / 0.6]);
  });

  it('with a uniform prior changes nothing', () => {
    fc.assert(
      fc.property(distribution, fc.double({ min: 0.001, max: 0.3, noNaN: true }), (p, u) => {
        expectNear(corrected(p, ccPrior(logs([[u, u, u]]))), p, 1e-9);
      }),
    );
  });

  it('makes the prompt that gave the prior answer evenly', () => {
    fc.assert(
      fc.property(distribution, (p) => {
        expectNear(corrected(p, ccPrior(logs([p]))), [1 / 3, 1 / 3, 1 / 3], 1e-9);
      }),
    );
  });

  it('stays a number where a content-free prompt rules a label out', () => {
    const never = ccPrior([
      [-1, -Infinity],
      [-2, -Infinity],
      [-1, -Infinity],
    ]);
    expect(corrected([0.9, 0.1], never).every(Number.isFinite)).toBe(true);
  });

  it('stays a number for label words of many tokens, whose probability underflows', () => {
    const long = ccPrior([
      [-900, -700],
      [-900, -700],
      [-900, -700],
    ]);
    const p = softmax([-890, -701].map((x, i) => x + (long.correction[i] as number)));
    expect(p.every(Number.isFinite)).toBe(true);
  });
});

describe('knowledge prior, golden vector 13.3', () => {
  const rows = logs([
    [0.5, 0.3, 0.0004],
    [0.4, 0.4, 0.0006],
    [0.6, 0.2, 0.0002],
  ]);
  const p = [0.48, 0.42, 0.0009];
  const weights = ({ tau, ...options }: { beta: number; tau: number; below: 'floor' | 'delete' }): number[] =>
    knowledgeCorrection(logMean(rows), { ...options, logTau: Math.log(tau) }).map(
      (c, i) => (p[i] as number) * Math.exp(c),
    );

  it('is the mean of the probabilities, not of their logs', () => {
    expectNear(exponentials(logMean(rows)), [0.5, 0.3, 0.0004]);
    expectNear(kpcPrior(rows).prior ?? [], [0.5, 0.3, 0.0004]);
  });

  it('without a threshold lets the rare word win', () => {
    const ratios = weights({ beta: 1, tau: 0, below: 'delete' });
    expectNear(ratios, [0.96, 1.4, 2.25]);
    expect(argmax(ratios)).toBe(2);
  });

  it('with tau .01 and deletion gives the second word', () => {
    const ratios = weights({ beta: 1, tau: 0.01, below: 'delete' });
    expectNear(ratios, [0.96, 1.4, 0]);
    expect(argmax(ratios)).toBe(1);
  });

  it('with tau .01 and a floor keeps the rare word in play without letting it win', () => {
    const ratios = weights({ beta: 1, tau: 0.01, below: 'floor' });
    expectNear(ratios, [0.96, 1.4, 0.09]);
    expect(argmax(ratios)).toBe(1);
  });

  it('with beta .5 gives the second word', () => {
    const ratios = weights({ beta: 0.5, tau: 0, below: 'floor' });
    expectNear(ratios, [0.678823, 0.766812, 0.045]);
    expect(argmax(ratios)).toBe(1);
  });
});

describe('knowledge prior', () => {
  it('with beta 0 changes nothing', () => {
    fc.assert(
      fc.property(distribution, rowsOf, (p, rows) => {
        expectNear(corrected(p, kpcPrior(logs(rows), { beta: 0 })), p, 1e-9);
      }),
    );
  });

  it('takes tau as a share of the median prior', () => {
    const { correction } = kpcPrior(logs([[0.4, 0.2, 0.001]]), { tau: 0.5 });
    expectNear(
      correction.map((c) => Math.exp(-c)),
      [0.4, 0.2, 0.1],
    );
  });

  it('takes the median of two labels as the mean of their priors, not of their logs', () => {
    const { correction } = kpcPrior(logs([[0.5, 0.0005]]), { tau: 0.1 });
    expectNear(
      correction.map((c) => Math.exp(-c)),
      [0.5, 0.025025],
    );
  });

  it.each([
    ['best', 0.5, [0.4, 0.2, 0.2]],
    ['absolute', 0.25, [0.4, 0.25, 0.25]],
    ['quantile', 0.5, [0.4, 0.2, 0.2]],
    ['quantile', 0, [0.4, 0.2, 0.001]],
  ] as const)('measures tau by %s', (threshold, tau, expected) => {
    const { correction } = kpcPrior(logs([[0.4, 0.2, 0.001]]), { threshold, tau });
    expectNear(
      correction.map((c) => Math.exp(-c)),
      expected,
    );
  });

  it('by quantile and deletion drops that share of the labels, the rarest', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 9 }), (values) => {
        const { correction } = kpcPrior(logs([values.map((x) => x / 1000)]), {
          threshold: 'quantile',
          tau: 0.5,
          below: 'delete',
        });
        const dropped = values.filter((_, i) => correction[i] === -Infinity);
        expect(dropped.sort((a, b) => a - b)).toEqual(
          [...values].sort((a, b) => a - b).slice(0, Math.floor(values.length / 2)),
        );
      }),
    );
  });

  it('of questions with options is that of the first token of each option', () => {
    expect(calibrators.kpc.plan({ ...context, ownOptions: true }, kpcDefaults)?.firstToken).toBe(true);
    expect(calibrators.kpc.plan(context, kpcDefaults)?.firstToken).toBe(false);
  });

  it('by default never drops a label', () => {
    fc.assert(
      fc.property(rowsOf, (rows) => {
        expect(kpcPrior(logs(rows)).correction.every(Number.isFinite)).toBe(true);
      }),
    );
  });

  it('with renormalisation gives a prior that sums to one and the same answer', () => {
    fc.assert(
      fc.property(distribution, rowsOf, (p, rows) => {
        const small = rows.map((row) => row.map((x) => x / 10));
        const plain = kpcPrior(logs(small));
        const scaled = kpcPrior(logs(small), { renormalise: true });
        expect((scaled.prior ?? []).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        expectNear(corrected(p, scaled), corrected(p, plain), 1e-9);
      }),
    );
  });

  it('corrects in the same way when all label words are a million times rarer', () => {
    const row = [0.03, 0.01, 0.02];
    const rare = row.map((x) => x / 1e8);
    const p = [0.5, 0.3, 0.2];
    expectNear(corrected(p, kpcPrior(logs([rare]))), corrected(p, kpcPrior(logs([row]))), 1e-6);
  });

  it('draws distinct sentences of the knowledge base, the same for the same stream, none with its tail', () => {
    const plan = calibrators.kpc.plan(context, kpcDefaults);
    const again = calibrators.kpc.plan(context, kpcDefaults);
    expect(again?.prompts).toEqual(plan?.prompts);
    expect(new Set(plan?.prompts).size).toBe(context.knowledge.triples.length);
    expect(plan?.prompts).toContain('The capital of France is');
    for (const prompt of plan?.prompts ?? []) {
      expect(prompt).not.toMatch(/[{}]|\s$/u);
    }
  });

  it('puts the demonstrations in front when asked to', () => {
    const plan = calibrators.kpc.plan(context, { ...kpcDefaults, withDemos: true });
    for (const prompt of plan?.prompts ?? []) expect(prompt.startsWith('Demo\n\n')).toBe(true);
  });

  it('takes no more sentences than asked for', () => {
    expect(calibrators.kpc.plan(context, { ...kpcDefaults, sentences: 2 })?.prompts).toHaveLength(2);
  });
});

describe('domain-context calibration', () => {
  const plan = (changes: Partial<CalibratorContext> = {}, strings = 20) =>
    calibrators.dc.plan({ ...context, ...changes }, { strings });

  it('asks the prompt with random words of the queries, as many as a query has, then a full stop', () => {
    const own = new Set('the first query of six words a second one'.split(' '));
    expect(plan()?.prompts).toHaveLength(20);
    for (const prompt of plan()?.prompts ?? []) {
      const text = /^Demo\n\nInput: (.*) \.\nLabel:$/u.exec(prompt)?.[1] ?? '';
      expect(text.split(' ')).toHaveLength(5);
      for (const word of text.split(' ')) expect(own).toContain(word);
    }
  });

  it('draws the same strings for the same stream, and different ones among themselves', () => {
    expect(plan()?.prompts).toEqual(plan()?.prompts);
    expect(new Set(plan()?.prompts).size).toBeGreaterThan(15);
  });

  it('divides by the mean over the strings', () => {
    const prior = plan()?.combine(
      logs([
        [0.2, 0.1, 0.1],
        [0.4, 0.1, 0.1],
      ]),
    ) as Prior;
    expectNear(prior.prior ?? [], [0.6, 0.2, 0.2]);
    expectNear(corrected([0.6, 0.2, 0.2], prior), [1 / 3, 1 / 3, 1 / 3]);
  });

  it('says that it reads the queries', () => {
    expect(calibrators.dc.transductive).toBe(true);
  });

  it('survives queries without words', () => {
    expect(plan({ queryTexts: ['🎉', '?!'] })?.prompts).toHaveLength(20);
  });
});

describe('domain-conditional PMI', () => {
  it('asks for the label name alone and divides by its answer', () => {
    const plan = calibrators.pmi.plan(context, {});
    expect(plan?.prompts).toEqual(['Label:']);
    const prior = plan?.combine(logs([[0.02, 0.01, 0.01]])) as Prior;
    expectNear(corrected([0.5, 0.25, 0.25], prior), [1 / 3, 1 / 3, 1 / 3]);
  });
});

describe('label frequency', () => {
  const prior = (demoLabels: readonly string[], strength = 1): Prior =>
    calibrators['label-frequency'].plan({ ...context, demoLabels }, { strength })?.combine([]) as Prior;

  it('needs no prompt and changes nothing with balanced or without demos', () => {
    expect(calibrators['label-frequency'].plan(context, { strength: 1 })?.prompts).toEqual([]);
    for (const demoLabels of [[], ['a', 'b', 'c'], ['c', 'a', 'b', 'b', 'c', 'a']]) {
      expectNear(corrected([0.5, 0.3, 0.2], prior(demoLabels)), [0.5, 0.3, 0.2], 1e-9);
    }
  });

  it('takes from the majority label, more with more strength, nothing with none', () => {
    const of = (strength: number): number => corrected([0.5, 0.3, 0.2], prior(['a', 'a', 'b'], strength))[0] as number;
    expect(of(0)).toBeCloseTo(0.5, 9);
    expect(of(0.5)).toBeLessThan(0.5);
    expect(of(1)).toBeLessThan(of(0.5));
  });
});

const rowsP = [
  [0.7, 0.2, 0.1],
  [0.55, 0.4, 0.05],
  [0.5, 0.15, 0.35],
  [0.62, 0.3, 0.08],
];
const reference = (
  rows: readonly (readonly number[])[],
  gold: readonly number[] = [],
  upTo = rows.length,
): Reference => ({
  logprobs: logs(rows),
  gold,
  upTo,
});

describe('batch calibration', () => {
  const prior = (
    given: Reference,
    changes: Partial<ReturnType<typeof defaultsOf<typeof calibrators.bc.fields>>> = {},
  ): Prior =>
    calibrators.bc.plan(context, { ...defaultsOf(calibrators.bc.fields), ...changes })?.combine([], given) as Prior;
  const scores = (row: readonly number[], { correction }: Prior): number[] =>
    row.map((p, i) => Math.log(p) + (correction[i] as number));

  it('is log p - log mean p in the golden vector 13.2', () => {
    const given = prior(reference(rowsP));
    expectNear(scores(rowsP[0] as number[], given), [0.166729, -0.271934, -0.371564]);
    expectNear(scores(rowsP[3] as number[], given), [0.045369, 0.133531, -0.594707]);
    expectNear(given.prior ?? [], [0.5925, 0.2625, 0.145]);
  });

  it('is log p - mean log p in the golden vector 13.2 where logs are averaged', () => {
    expectNear(
      scores(rowsP[0] as number[], prior(reference(rowsP), { mean: 'logs' })),
      [0.174749, -0.202733, -0.084118],
    );
  });

  it.each(['probabilities', 'logs'] as const)('moves the answers to 0, 1, 2, 1 by the mean of %s', (mean) => {
    const given = prior(reference(rowsP), { mean });
    expect(rowsP.map((row) => argmax(scores(row, given)))).toEqual([0, 1, 2, 1]);
  });

  it('makes the answer to a single query even, whatever the logs are not normalised to', () => {
    fc.assert(
      fc.property(distribution, fc.double({ min: -50, max: 0, noNaN: true }), fc.boolean(), (p, shift, running) => {
        const only = { logprobs: [p.map((x) => Math.log(x) + shift)], gold: [], upTo: 1 };
        for (const mean of ['probabilities', 'logs'] as const) {
          expectNear(corrected(p, prior(only, { mean, running })), [1 / 3, 1 / 3, 1 / 3], 1e-9);
        }
      }),
    );
  });

  it('reads only the queries up to the one at hand as a running mean', () => {
    const early = prior(reference(rowsP, [], 2), { running: true });
    expect(early.correction).toEqual(prior(reference(rowsP.slice(0, 2))).correction);
    expect(prior(reference(rowsP, [], 2)).correction).toEqual(prior(reference(rowsP)).correction);
  });

  it('with strength 0 changes nothing, and says that it reads all queries', () => {
    expectNear(corrected([0.5, 0.3, 0.2], prior(reference(rowsP), { strength: 0 })), [0.5, 0.3, 0.2], 1e-9);
    expect(calibrators.bc.transductive).toBe(true);
    expect(calibrators.bc.summary).toMatch(/transductive/u);
  });

  it('leaves out rows of questions with another number of options', () => {
    const mixed = { logprobs: [...logs(rowsP), logs([[0.9, 0.1]])[0] as number[]], gold: [], upTo: 5 };
    expect(prior(mixed).correction).toEqual(prior(reference(rowsP)).correction);
  });
});

describe('temperature scaling', () => {
  const answers = fc.array(fc.tuple(distribution, fc.nat(2)), { minLength: 5, maxLength: 20 });
  const nll = (rows: readonly (readonly number[])[], gold: readonly number[], t: number): number =>
    rows.reduce(
      (sum, row, i) => sum - Math.log(softmax(row.map((x) => Math.log(x) / t))[gold[i] as number] as number),
      0,
    );

  it('gives the held-out labels their highest likelihood', () => {
    fc.assert(
      fc.property(answers, (given) => {
        const rows = given.map(([p]) => p);
        const gold = given.map(([, y]) => y);
        const t = fitTemperature(reference(rows, gold));
        const least = nll(rows, gold, t);
        for (const factor of [0.5, 0.9, 0.99, 1.01, 1.1, 2]) {
          const other = Math.min(TEMPERATURES.highest, Math.max(TEMPERATURES.lowest, t * factor));
          expect(nll(rows, gold, other)).toBeGreaterThanOrEqual(least - 1e-9);
        }
      }),
    );
  });

  it('undoes a factor on the log-probabilities', () => {
    const gold = [0, 1, 0, 0];
    const plain = fitTemperature(reference(rowsP, gold));
    const sharp = { logprobs: logs(rowsP).map((row) => row.map((x) => 3 * x)), gold };
    expect(fitTemperature(sharp)).toBeCloseTo(3 * plain, 6);
  });

  it('never changes an answer', () => {
    fc.assert(
      fc.property(answers, distribution, (given, p) => {
        const prior = calibrators.temperature.plan(context, { heldOut: 40 })?.combine(
          [],
          reference(
            given.map(([row]) => row),
            given.map(([, y]) => y),
          ),
        ) as Prior;
        const scaled = softmax(p.map((x) => Math.log(x) / (prior.temperature as number)));
        expect(scaled[argmax(p)]).toBeCloseTo(Math.max(...scaled), 12);
        expect(prior.prior).toBeNull();
      }),
    );
  });
});

describe('every calibrator', () => {
  it('gives one finite number a label for ordinary answers', { timeout: 30_000 }, () => {
    const answers = Array.from({ length: 45 }, (_, i) => [-1 - ((i * 7) % 3), -2 - (i % 5) / 2, -3 + (i % 2)]);
    const given: Reference = { logprobs: answers, gold: answers.map((_, i) => i % 3), upTo: answers.length };
    for (const calibrator of Object.values(calibrators) as unknown as Calibrator<Fields>[]) {
      for (const options of variantsOf(calibrator.fields)) {
        if (options.below === 'delete') continue;
        const plan = calibrator.plan(context, options as never);
        if (plan === null) continue;
        const { prior, correction } = plan.combine(
          plan.prompts.map(() => [-1, -2, -3]),
          given,
          [-1, -2, -3],
        );
        if (prior !== null) expect(prior).toHaveLength(3);
        expect(correction).toHaveLength(3);
        expect([...(prior ?? []), ...correction].every(Number.isFinite), calibrator.type).toBe(true);
      }
    }
  });
});

describe('no calibration', () => {
  it('has no plan', () => {
    expect(calibrators.none.plan(context, {})).toBeNull();
  });
});

describe('log space', () => {
  const values = fc.array(fc.double({ min: -2000, max: 2000, noNaN: true }), { minLength: 1, maxLength: 8 });

  it('gives distributions that do not change when a constant is added', () => {
    fc.assert(
      fc.property(values, fc.double({ min: -500, max: 500, noNaN: true }), (x, shift) => {
        const p = softmax(x);
        expect(p.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        expectNear(softmax(x.map((y) => y + shift)), p, 1e-9);
      }),
    );
  });

  it('handles nothing and impossible events', () => {
    expect(logSumExp([])).toBe(-Infinity);
    expect(logSumExp([-Infinity, 0])).toBe(0);
    expect(softmax([-Infinity, -Infinity])).toEqual([0, 0]);
    expectNear(exponentials(logNormalised([-Infinity, -Infinity])), [0.5, 0.5]);
    expect(logMean([])).toEqual([]);
    expect(divideBy([-Infinity, -Infinity])).toEqual([0, 0]);
    expect(divideBy([0, -Infinity]).every(Number.isFinite)).toBe(true);
  });
});
