import { describe, expect, it } from 'vitest';
import { softmax } from '../../../src/core/calibration/logspace.ts';
import { type Dataset, rightOption } from '../../../src/core/data/example.ts';
import { promptText } from '../../../src/core/prompt/render.ts';
import { questionSummary } from '../../../src/core/run/question-summary.ts';
import type { CellRecord, RunRecord } from '../../../src/core/run/record.ts';
import { runExperiment } from '../../../src/core/run/run.ts';
import { parseSpec } from '../../../src/core/run/spec.ts';
import { type FakeModelOptions, fakeModel } from '../../support/fake-model.ts';
import { question, questionDataset } from '../../support/questions.ts';
import { goldenKnowledge } from '../../support/small-world.ts';

function run(
  arms: readonly Record<string, unknown>[],
  { dataset = questionDataset(), engine = {}, letters = false }: Setup = {},
): Promise<RunRecord> {
  const parsed = parseSpec({
    version: 1,
    data: { id: dataset.id },
    model: { engine: 'fake', id: 'hash' },
    arms: arms.map((arm, i) => ({ id: `a${i}`, name: `Arm ${i}`, select: { type: 'random' }, shots: 2, ...arm })),
    ...(letters ? { template: { ...dataset.template, options: 'letters' } } : {}),
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return runExperiment({ spec: parsed.spec, dataset, knowledge: goldenKnowledge(), model: fakeModel(engine) });
}

interface Setup {
  readonly dataset?: Dataset;
  readonly engine?: FakeModelOptions;
  readonly letters?: boolean;
}

const answer = ({ prediction }: CellRecord): string | null => (prediction.kind === 'label' ? prediction.label : null);

describe('a run on questions with options', () => {
  it('scores each option of the query as the continuation, and shows the right option of each demo', async () => {
    const dataset = questionDataset();
    const { cells } = await run([{}]);
    for (const cell of cells) {
      const prompt = promptText(cell.segments);
      expect(prompt.endsWith('\nAnswer:')).toBe(true);
      for (const { id } of cell.demos) {
        const demo = dataset.demoPool.find((e) => e.id === id);
        expect(prompt).toContain(`Question: ${demo?.text}\nAnswer: ${rightOption(demo as never)}\n\n`);
      }
      expect(cell.labelLogprobs).toHaveLength(3);
    }
  });

  it('answers with the letter of the likeliest option', async () => {
    const liked = ['paris', 'a programming language', 'at noon', 'wings'];
    const engine = { logprob: (_: string, word: string) => (liked.includes(word.trim()) ? -1 : -9) };
    const { cells, summary } = await run([{}], { engine });
    expect(cells.map(answer)).toEqual(['A', 'B', 'B', 'B']);
    expect(summary[0]).toMatchObject({ correct: 2, n: 4 });
  });

  it('gives the same answer by content whatever the order of the options', async () => {
    const dataset = questionDataset();
    const turn = (options: readonly string[]) => [...options.slice(1), options[0] as string];
    const before = { A: 'C', B: 'A', C: 'B' } as Record<string, string>;
    const turned = questionDataset({
      evalSet: dataset.evalSet.map((q) => question(q.id, q.text, turn(q.options ?? []), before[q.label] as string)),
    });
    const arms = [{}, { calibrate: { type: 'cc' } }, { calibrate: { type: 'pmi' } }, { calibrate: { type: 'kpc' } }];
    const [a, b] = [await run(arms), await run(arms, { dataset: turned })];
    const chosen = (record: RunRecord, set: Dataset) =>
      record.cells.map((cell) => {
        const options = set.evalSet.find((q) => q.id === cell.queryId)?.options ?? [];
        return rightOption({ options, label: answer(cell) ?? '' });
      });
    expect(chosen(b, turned)).toEqual(chosen(a, dataset));
  });

  it('normalises by token or byte where asked to', async () => {
    const engine = { logprob: (_: string, word: string) => -word.trim().length };
    const { cells } = await run([{ score: 'sum' }, { score: 'bytes' }, { score: 'mean' }], { engine });
    const of = (arm: string) => cells.filter((c) => c.armId === arm);
    expect(of('a0')[1]?.labelLogprobs).toEqual([-10, -22, -13]);
    expect(of('a1')[1]?.labelLogprobs).toEqual([-1, -1, -1]);
    expect(of('a2')[1]?.labelLogprobs).toEqual([-5, -22 / 3, -13 / 3]);
  });

  it('calibrates each question by a prior over its own options', async () => {
    const { cells } = await run([
      { calibrate: { type: 'cc' } },
      { calibrate: { type: 'pmi' } },
      { calibrate: { type: 'dc', strings: 3 } },
    ]);
    for (const { labelLogprobs, prior, calibrated } of cells) {
      const expected = softmax(labelLogprobs.map((x, i) => x - Math.log(prior?.[i] as number)));
      calibrated.forEach((p, i) => {
        expect(p).toBeCloseTo(expected[i] as number, 9);
      });
    }
    const pmi = cells.filter((c) => c.armId === 'a1');
    expect(new Set(pmi.map((c) => c.prior?.join())).size).toBe(pmi.length);
  });

  it('takes the knowledge prior of the first token of each option', async () => {
    const { cells } = await run([{ calibrate: { type: 'kpc', tau: 0 } }], {
      engine: { logprob: (_p, word) => -word.trim().split(' ').length },
    });
    // Each token has log-probability -1, so the prior of a first token is e^-1 whatever follows.
    for (const { prior } of cells) for (const p of prior ?? []) expect(p).toBeCloseTo(Math.exp(-1), 12);
  });

  it('lists options with letters and scores the letters where the template says so', async () => {
    const { cells } = await run([{ calibrate: { type: 'bc' } }, { calibrate: { type: 'label-frequency' } }], {
      letters: true,
      engine: { logprob: (_p, word) => ({ ' A': -1, ' B': -2, ' C': -3 })[word] ?? Number.NaN },
    });
    for (const cell of cells) {
      const prompt = promptText(cell.segments);
      expect(prompt).toMatch(/\nA\. .+\nB\. .+\nC\. .+\nAnswer:$/u);
      expect(cell.labelLogprobs).toEqual([-1, -2, -3]);
    }
    expect(cells[0]?.calibrated[0]).toBeCloseTo(1 / 3, 9);
  });

  it('lets questions have different numbers of options', async () => {
    const evalSet = [question('e1', 'Up or down?', ['up', 'down'], 'B'), ...questionDataset().evalSet.slice(1)];
    const { cells } = await run([{}], { dataset: questionDataset({ evalSet }) });
    expect(cells.map((c) => c.distribution.length)).toEqual([2, 3, 3, 3]);
  });

  it.each([
    ['batch calibration', { calibrate: { type: 'bc' } }],
    ['label frequency', { calibrate: { type: 'label-frequency' } }],
    ['the oracle', { select: { type: 'oracle' } }],
    ['the vote', { answer: { type: 'vote' } }],
    ['the commonest label', { answer: { type: 'majority' } }],
  ])('refuses %s, which counts labels, with the reason and the way out', async (_what, arm) => {
    await expect(run([arm])).rejects.toThrow(/Arm 0.*counts labels.*options of its own.*letters/u);
  });

  it('refuses options that the model cannot tell apart', async () => {
    const evalSet = [question('e1', 'Which?', ['Polish', 'polish it', 'polish'], 'A')];
    await expect(run([{}], { dataset: questionDataset({ evalSet }), engine: { lowerCases: true } })).rejects.toThrow(
      /e1|twice/u,
    );
  });

  it('leaves room for the longest option of the set', async () => {
    const long = 'one two three four five six seven eight nine ten';
    const evalSet = [...questionDataset().evalSet, question('long', 'Count?', [long, 'no', 'yes'], 'A')];
    const { cells } = await run([{ shots: 6 }], {
      dataset: questionDataset({ evalSet }),
      engine: { contextLength: 40 },
    });
    for (const cell of cells) expect(cell.promptTokens).toBeLessThanOrEqual(30);
    expect(cells.map(answer)).not.toContain(null);
  });
});

describe('figures of answers to questions', () => {
  const dataset = questionDataset({
    evalSet: [
      { ...question('1', 'x', ['short', 'much longer', 'mid long'], 'B'), difficulty: 'easy' },
      { ...question('2', 'x', ['a', 'bbb', 'cc'], 'A'), difficulty: 'hard' },
      question('3', 'x', ['same', 'size', 'for'], 'C'),
    ],
  });
  const cell = (queryId: string, label: string | null) =>
    ({
      queryId,
      prediction: label === null ? { kind: 'unscored', reason: 'x' } : { kind: 'label', label, probability: 1 },
    }) as CellRecord;

  it('count by difficulty, by the length of what was chosen, and by place', () => {
    const found = questionSummary(dataset, [cell('1', 'B'), cell('2', 'B'), cell('3', 'C')]);
    expect(found).toEqual({
      byDifficulty: [
        { difficulty: 'easy', correct: 1, n: 1 },
        { difficulty: 'hard', correct: 0, n: 1 },
      ],
      longest: { chosen: 2, right: 1, n: 2 },
      shortest: { chosen: 1, right: 2, n: 3 },
      positions: [
        { letter: 'A', chosen: 0, right: 1 },
        { letter: 'B', chosen: 2, right: 1 },
        { letter: 'C', chosen: 1, right: 1 },
      ],
    });
  });

  it('count an unscored answer as wrong, and as no choice', () => {
    const found = questionSummary(dataset, [cell('1', null)]);
    expect(found.byDifficulty).toEqual([{ difficulty: 'easy', correct: 0, n: 1 }]);
    expect(found.longest.n).toBe(0);
    expect(found.positions.map((p) => p.chosen)).toEqual([0, 0, 0]);
  });
});
