import { describe, expect, it } from 'vitest';
import { softmax } from '../../../src/core/calibration/logspace.ts';
import type { Dataset } from '../../../src/core/data/example.ts';
import { entropy } from '../../../src/core/demos/entropy.ts';
import { promptText } from '../../../src/core/prompt/render.ts';
import type { CellRecord, RunRecord } from '../../../src/core/run/record.ts';
import { runExperiment } from '../../../src/core/run/run.ts';
import { parseSpec } from '../../../src/core/run/spec.ts';
import { type FakeModel, fakeModel } from '../../support/fake-model.ts';
import { example, goldenKnowledge, smallDataset } from '../../support/small-world.ts';

const many = (): Dataset =>
  smallDataset({
    demoPool: [
      ...smallDataset().demoPool,
      ...Array.from({ length: 20 }, (_, i) => example(`x${i}`, `Line ${i} of Java`, i % 3 === 0 ? 'place' : 'tech')),
    ],
  });

interface Setup {
  readonly model?: FakeModel;
  readonly dataset?: Dataset;
  readonly changes?: Record<string, unknown>;
}

function run(
  arms: readonly Record<string, unknown>[],
  { model = fakeModel(), dataset = many(), changes = {} }: Setup = {},
): Promise<RunRecord> {
  const parsed = parseSpec({
    version: 1,
    data: { id: 'small' },
    model: { engine: 'fake', id: 'hash' },
    arms: arms.map((arm, i) => ({ id: `a${i}`, name: `Arm ${i}`, select: { type: 'random' }, shots: 3, ...arm })),
    ...changes,
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return runExperiment({ spec: parsed.spec, dataset, knowledge: goldenKnowledge(), model });
}

const ofArm = (record: RunRecord, i: number): CellRecord[] => record.cells.filter((c) => c.armId === `a${i}`);
const answer = ({ prediction }: CellRecord): string | null => (prediction.kind === 'label' ? prediction.label : null);

describe('arms without a model', () => {
  it('answer without a prompt and without a call to the model, whatever the model cannot do', async () => {
    const model = fakeModel({ capabilities: [] });
    const topk = { select: { type: 'topk', embedding: 'tfidf' }, shots: 5 };
    const record = await run([{ ...topk, answer: { type: 'vote' } }, { answer: { type: 'majority' } }], { model });
    expect(model.calls).toMatchObject({ score: 0, generate: 0, embed: 0 });
    expect(record.usage).toEqual({ asked: 0, computed: 0 });
    for (const cell of record.cells) {
      expect(cell).toMatchObject({ segments: [], promptTokens: 0, labelLogprobs: [], prior: null });
      expect(cell.distribution.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
    }
    for (const cell of ofArm(record, 0)) {
      const votes = cell.demos.filter((demo) => demo.label === answer(cell)).length;
      expect(votes).toBeGreaterThanOrEqual(3);
      expect(cell.prediction).toMatchObject({ probability: votes / 5 });
    }
    expect(new Set(ofArm(record, 1).map(answer))).toEqual(new Set(['tech']));
    expect(ofArm(record, 1).flatMap((cell) => cell.demos)).toEqual([]);
  });

  it('that always say the commonest label choose no demos, so need nothing that choosing needs', async () => {
    const model = fakeModel({ capabilities: [] });
    const record = await run([{ answer: { type: 'majority' }, select: { type: 'topk' }, shots: 8 }], { model });
    expect(model.calls.embed).toBe(0);
    expect(record.cells.every((cell) => cell.prediction.kind === 'label')).toBe(true);
  });

  it.each([
    ['calibrated', { answer: { type: 'vote' }, calibrate: { type: 'cc' } }, /nothing to calibrate.*none/u],
    ['ruminated', { answer: { type: 'majority' }, ruminate: { type: 'background' } }, /nothing to ruminate.*none/u],
    [
      'with demos that the model chooses',
      { answer: { type: 'vote' }, select: { type: 'mdl' } },
      /answers of the model/u,
    ],
  ])('are refused %s', async (_what, arm, message) => {
    await expect(run([arm])).rejects.toThrow(message);
  });

  it('leave a vote without demos unscored, with the reason', async () => {
    const { cells } = await run([{ answer: { type: 'vote' }, shots: 0 }]);
    expect(cells[0]?.prediction).toEqual({ kind: 'unscored', reason: 'There is no demo to count.' });
  });
});

describe('channel arms', () => {
  it('answer by how likely the text of the query is after each label', async () => {
    const model = fakeModel({ logprob: (prompt) => (/technology\nSentence:$/u.test(prompt) ? -2 : -6) });
    const record = await run([{ answer: { type: 'channel' } }], { model });
    expect(new Set(record.cells.map(answer))).toEqual(new Set(['tech']));
    for (const cell of record.cells) {
      const query = many().evalSet.find((q) => q.id === cell.queryId);
      const shown = promptText(cell.segments);
      expect(shown.endsWith(`Topic: technology\nSentence: ${query?.text}`)).toBe(true);
      expect(model.scoredPrompts).toContain(shown.slice(0, -1 - (query?.text.length ?? 0)));
    }
  });

  it('may be calibrated by the batch or a temperature, and not by a prior of labels', async () => {
    const channel = { answer: { type: 'channel' } };
    const fine = await run([
      { ...channel, calibrate: { type: 'bc' } },
      { ...channel, calibrate: { type: 'temperature', heldOut: 10 } },
    ]);
    expect(fine.cells.map(answer)).not.toContain(null);
    await expect(run([{ ...channel, calibrate: { type: 'kpc' } }])).rejects.toThrow(/channel scores the text/u);
  });

  it('keep demos out that do not fit', async () => {
    const record = await run([{ answer: { type: 'channel' }, shots: 10 }], { model: fakeModel({ contextLength: 40 }) });
    for (const cell of record.cells) {
      expect(answer(cell)).not.toBeNull();
      expect(cell.dropped.length).toBeGreaterThan(0);
    }
  });
});

describe('batch calibration in a run', () => {
  it('divides by the mean answer over all queries, in every trial of its own', async () => {
    const record = await run([{}, { calibrate: { type: 'bc' } }], { changes: { trials: 2 } });
    for (const trial of [0, 1]) {
      const plain = ofArm(record, 0).filter((c) => c.trial === trial);
      const mean = [0, 1].map((i) => plain.reduce((sum, c) => sum + (c.distribution[i] as number), 0) / plain.length);
      ofArm(record, 1)
        .filter((c) => c.trial === trial)
        .forEach((cell, k) => {
          const expected = softmax(
            (plain[k] as CellRecord).labelLogprobs.map((x, i) => x - Math.log(mean[i] as number)),
          );
          expect(cell.labelLogprobs).toEqual(plain[k]?.labelLogprobs);
          cell.calibrated.forEach((p, i) => {
            expect(p).toBeCloseTo(expected[i] as number, 9);
          });
        });
    }
  });

  it('computes no prompt twice', async () => {
    const model = fakeModel();
    await run([{ calibrate: { type: 'bc' } }], { model });
    expect(new Set(model.scoredPrompts).size).toBe(model.scoredPrompts.length);
    expect(model.scoredPrompts).toHaveLength(many().evalSet.length);
  });

  it('says so where the labels of the queries are skewed', async () => {
    const skewed = many();
    const evalSet = skewed.evalSet.map((q, i) => ({ ...q, label: i === 0 ? 'place' : 'tech' }));
    const record = await run([{ calibrate: { type: 'bc' } }], { dataset: { ...skewed, evalSet } });
    expect(record.notices.map((n) => n.code)).toContain('skew');
    expect((await run([{ calibrate: { type: 'bc' } }])).notices).toEqual([]);
  });
});

describe('temperature scaling in a run', () => {
  it.each([
    ['one set of demos for all', { select: { type: 'random' } }],
    ['demos of each query', { select: { type: 'topk' } }],
    ['demos of a pool weight', { select: { type: 'ker' } }],
  ])('with %s changes no answer, and one temperature serves all queries', async (_what, arm) => {
    const record = await run([arm, { ...arm, calibrate: { type: 'temperature', heldOut: 20 } }]);
    const scaled = ofArm(record, 1);
    expect(scaled.map(answer)).toEqual(ofArm(record, 0).map(answer));
    const [first] = scaled;
    for (const cell of scaled) {
      expect(cell.temperature).toBe(first?.temperature);
      const expected = softmax(cell.labelLogprobs.map((x) => x / (cell.temperature as number)));
      expect(cell.calibrated).toEqual(expected);
      expect(cell.prior).toBeNull();
    }
  });

  it('never fits on an item that stands among its own demos', async () => {
    const model = fakeModel();
    await run([{ select: { type: 'topk' }, calibrate: { type: 'temperature', heldOut: 20 } }], { model });
    const pool = many().demoPool;
    for (const prompt of model.scoredPrompts) {
      const blocks = prompt.split('\n\n');
      const asked = /Sentence: (.*)\n/u.exec(blocks.at(-1) ?? '')?.[1] ?? '';
      if (pool.some((e) => e.text === asked)) expect(prompt.split(asked)).toHaveLength(2);
    }
  });

  it('is refused where the pool has too few items that are no demos', async () => {
    const dataset = smallDataset();
    await expect(run([{ calibrate: { type: 'temperature' } }], { dataset })).rejects.toThrow(/at least 10.*has 7/u);
  });
});

describe('entropy probing in a run', () => {
  it('uses one order for all queries, found without their texts or any label of theirs', async () => {
    const entropyArms = [{ order: 'global-entropy' }, { order: 'local-entropy' }, {}];
    const [a, b] = [
      await run(entropyArms),
      await run(entropyArms, { dataset: { ...many(), evalSet: many().evalSet.map((q) => ({ ...q, label: 'tech' })) } }),
    ];
    for (const i of [0, 1]) {
      const orders = new Set(ofArm(a, i).map((c) => c.demos.map((d) => d.id).join()));
      expect(orders.size).toBe(1);
      expect(ofArm(b, i).map((c) => c.demos)).toEqual(ofArm(a, i).map((c) => c.demos));
      expect([...orders][0]?.split(',').sort()).toEqual(
        ofArm(a, 2)[0]
          ?.demos.map((d) => d.id)
          .sort(),
      );
    }
  });

  it('takes the order under which the answers to the written texts are most uncertain', async () => {
    // The label is sure unless the first demo is p2: then it is even.
    const first = many().demoPool[1]?.text ?? '';
    const logprob = (prompt: string, word: string) =>
      prompt.startsWith(`Sort the sentences.\n\nSentence: ${first}`) ? -1 : word === ' place' ? -0.01 : -9;
    const dataset = smallDataset({ demoPool: many().demoPool.slice(0, 3) });
    const record = await run([{ order: 'local-entropy' }], { model: fakeModel({ logprob }), dataset });
    for (const cell of record.cells) expect(cell.demos[0]?.id).toBe('p2');
  });

  it.each([
    ['demos of each query', { select: { type: 'topk' } }, /one set of demos/u],
    ['the channel', { answer: { type: 'channel' } }, /needs the model as the answer/u],
  ])('is refused with %s', async (_what, arm, message) => {
    await expect(run([{ order: 'global-entropy', ...arm }])).rejects.toThrow(message);
  });

  it('is refused for a model that cannot write', async () => {
    const model = fakeModel({ capabilities: ['logprobs'] });
    await expect(run([{ order: 'global-entropy' }], { model })).rejects.toThrow(/cannot write text/u);
  });
});

describe('MDL in a run', () => {
  it('takes, for each query, the set of demos with which the answer has the lowest entropy', async () => {
    const model = fakeModel();
    const mdl = { select: { type: 'mdl', embedding: 'tfidf', candidates: 8, sets: 4 }, order: 'nearest-last' };
    const { cells } = await run([mdl], { model });
    for (const cell of cells) {
      const query = many().evalSet.find((q) => q.id === cell.queryId);
      const tried = model.scoredPrompts.filter((p) => p.endsWith(`Sentence: ${query?.text}\nTopic:`));
      expect(tried.length).toBeGreaterThan(1);
      const results = await fakeModel().score(
        tried.map((prompt) => ({ prompt, continuations: [' place', ' technology', ' tech'] })),
      );
      const entropies = results.results.map(({ scores: [place, technology, tech] }) => {
        const p = [place, technology, tech].map((s) => Math.exp(s?.sumLogprob ?? 0)) as [number, number, number];
        return entropy(softmax([Math.log(p[0]), Math.log(p[1] + p[2])]));
      });
      expect(entropy(cell.distribution)).toBeCloseTo(Math.min(...entropies), 9);
    }
  });
});
