import { describe, expect, it } from 'vitest';
import { softmax } from '../../../src/core/calibration/logspace.ts';
import type { Dataset } from '../../../src/core/data/example.ts';
import { promptText } from '../../../src/core/prompt/render.ts';
import { budgetOf } from '../../../src/core/run/budget.ts';
import type { CellRecord, RunRecord } from '../../../src/core/run/record.ts';
import { runExperiment } from '../../../src/core/run/run.ts';
import { parseSpec, type RunSpec } from '../../../src/core/run/spec.ts';
import { type FakeModel, fakeModel } from '../../support/fake-model.ts';
import { example, goldenKnowledge, smallDataset } from '../../support/small-world.ts';

const many = (queries: number): Dataset =>
  smallDataset({
    evalSet: Array.from({ length: queries }, (_, i) => example(`q${i}`, `Query ${i}`, i % 2 === 0 ? 'place' : 'tech')),
  });

function specOf(arms: readonly Record<string, unknown>[]): RunSpec {
  const parsed = parseSpec({
    version: 1,
    data: { id: 'small' },
    model: { engine: 'fake', id: 'hash' },
    arms: arms.map((arm, i) => ({ id: `a${i}`, name: `Arm ${i}`, select: { type: 'random' }, shots: 3, ...arm })),
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.spec;
}

const run = (arms: readonly Record<string, unknown>[], dataset: Dataset, model: FakeModel): Promise<RunRecord> =>
  runExperiment({ spec: specOf(arms), dataset, knowledge: goldenKnowledge(), model });

const ofArm = (record: RunRecord, i: number): CellRecord[] => record.cells.filter((c) => c.armId === `a${i}`);
const accuracy = (cells: readonly CellRecord[]): number =>
  cells.filter((c) => c.prediction.kind === 'label' && c.prediction.label === c.gold).length / cells.length;

/** Says "place" to everything, and to places more so. */
const biasedModel = (): FakeModel =>
  fakeModel({
    logprob: (prompt, word) => {
      const n = Number(/Query (\d+)\nTopic:$/u.exec(prompt)?.[1] ?? 0);
      const place = 0.93 + (n % 2 === 0 ? 0.05 : 0) + 0.001 * (n % 5);
      return Math.log(word === ' place' ? place : (1 - place) / 2);
    },
  });

describe('prototypical calibration in a run', () => {
  it('parts the answers of a model that says one label to everything', async () => {
    const record = await run([{}, { calibrate: { type: 'proca' } }], many(40), biasedModel());
    expect(accuracy(ofArm(record, 0))).toBe(0.5);
    expect(accuracy(ofArm(record, 1))).toBe(1);
    for (const cell of ofArm(record, 1)) expect(cell.prior).toBeNull();
    expect(record.notices).toEqual([]);
  });

  it('estimates its clusters for each arm of its own, and computes no prompt twice', async () => {
    const proca = { calibrate: { type: 'proca', starts: 3 } };
    const bm25 = { ...proca, select: { type: 'bm25' } };
    const model = fakeModel();
    const both = await run([proca, bm25], many(24), model);
    expect(new Set(model.scoredPrompts).size).toBe(model.scoredPrompts.length);
    const alone = await run([bm25], many(24), fakeModel());
    expect(ofArm(both, 1).map((c) => c.calibrated)).toEqual(ofArm(alone, 0).map((c) => c.calibrated));
    expect(ofArm(both, 0).map((c) => c.calibrated)).not.toEqual(ofArm(both, 1).map((c) => c.calibrated));
  });

  it('is refused before anything is asked where there are too few queries', async () => {
    const model = fakeModel();
    await expect(run([{}, { calibrate: { type: 'proca' } }], many(19), model)).rejects.toThrow(
      /"Arm 1".*needs 20 queries for 2 labels.*19/u,
    );
    expect(model.calls.score).toBe(0);
  });
});

describe('vote-k with both stages in a run', () => {
  const votek = { select: { type: 'vote-k-full', embedding: 'tfidf' }, shots: 4 };

  it('asks the pool with its first demos before any query, reads no label of the rest, and serves all queries', async () => {
    const model = fakeModel();
    const record = await run([votek], many(6), model);
    const cells = ofArm(record, 0);
    const [first] = cells;
    expect(new Set(cells.map((c) => c.demos.map((d) => d.id).join())).size).toBe(1);
    const { demoPool } = many(6);
    const asked = model.scoredPrompts.filter((p) =>
      demoPool.some(({ text }) => p.endsWith(`Sentence: ${text}\nTopic:`)),
    );
    expect(model.scoredPrompts.slice(0, asked.length)).toEqual(asked);
    expect(asked).toHaveLength(demoPool.length - 2);
    for (const prompt of asked) expect(prompt.match(/Topic: \w/gu)).toHaveLength(2);
    // The first two of the picks, in the order of being picked, stand in every prompt to the pool.
    const picks = [...(first?.demos ?? [])].sort((a, b) => (a.why.figures.pick ?? 0) - (b.why.figures.pick ?? 0));
    const texts = picks.slice(0, 2).map(({ id }) => demoPool.find((e) => e.id === id)?.text as string);
    for (const prompt of asked) for (const text of texts) expect(prompt).toContain(text);
    for (const { why } of picks.slice(2)) expect(why.figures.confidence).toBeGreaterThanOrEqual(0.5);
  });

  it.each([
    ['a vote', { answer: { type: 'vote' } }],
    ['the channel', { answer: { type: 'channel' } }],
  ])('is refused with %s', async (_what, arm) => {
    await expect(run([{ ...votek, ...arm }], many(6), fakeModel())).rejects.toThrow(/answers of the model/u);
  });

  it('counts the pool in the budget', () => {
    const [fast, full] = budgetOf(specOf([{ ...votek, select: { type: 'vote-k' } }, votek]), many(6));
    expect((full?.prompts ?? 0) - (fast?.prompts ?? 0)).toBe(many(6).demoPool.length - 1);
  });
});

describe('the channel with each demo alone, in a run', () => {
  it('adds up what each demo alone gives, and shows the prompt of the last', async () => {
    const ensemble = { answer: { type: 'channel-ensemble' }, select: { type: 'bm25' } };
    const model = fakeModel();
    const [cell] = ofArm(await run([ensemble], many(2), model), 0);
    const { evalSet, demoPool } = many(2);
    const query = evalSet[0]?.text;
    const alone = await Promise.all(
      (cell?.demos ?? []).map(async ({ id, label }) => {
        const text = demoPool.find((e) => e.id === id)?.text;
        const demo = `Sort the sentences.\n\nTopic: ${label === 'tech' ? 'technology' : label}\nSentence: ${text}\n\n`;
        const requests = ['place', 'technology', 'tech'].map((word) => ({
          prompt: `${demo}Topic: ${word}\nSentence:`,
          continuations: [` ${query}`],
        }));
        for (const { prompt } of requests) expect(model.scoredPrompts).toContain(prompt);
        return (await fakeModel().score(requests)).results.map((r) => r.scores[0]?.sumLogprob as number);
      }),
    );
    expect(alone).toHaveLength(3);
    const [place, technology, tech] = [0, 1, 2].map((w) => alone.reduce((sum, row) => sum + (row[w] as number), 0)) as [
      number,
      number,
      number,
    ];
    const expected = softmax([place, Math.log((Math.exp(technology) + Math.exp(tech)) / 2)]);
    expected.forEach((p, i) => {
      expect(cell?.distribution[i]).toBeCloseTo(p, 9);
    });
    expect(promptText(cell?.segments ?? []).match(/Topic: /gu)).toHaveLength(2);
  });
});
