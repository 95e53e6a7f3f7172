import { describe, expect, it } from 'vitest';
import type { CellRecord } from '../../../src/core/run/record.ts';
import { armProblem } from '../../../src/core/run/rules.ts';
import { type Arm, parseSpec, type RunSpec } from '../../../src/core/run/spec.ts';
import { answersCsv } from '../../../src/panels/answers-csv.ts';
import { answerText, filterRows } from '../../../src/panels/compare/answers/rows.ts';
import { armLine, hasClasses } from '../../../src/panels/compare/describe.ts';
import { addArm, canAdd, plugins, withOptionsForm, withPlugin } from '../../../src/panels/compare/edit.ts';
import { floors } from '../../../src/panels/compare/verdict.ts';
import { question, questionDataset } from '../../support/questions.ts';
import { smallDataset } from '../../support/small-world.ts';

function specOf(arm: Record<string, unknown> = {}): RunSpec {
  const parsed = parseSpec({
    version: 1,
    data: { id: 'questions' },
    model: { engine: 'fake', id: 'hash' },
    arms: [{ id: 'a', name: 'A', select: { type: 'random' }, shots: 2, ...arm }],
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.spec;
}
const armOf = (arm: Record<string, unknown> = {}): Arm => specOf(arm).arms[0] as Arm;
const dataset = questionDataset();

describe('another way of answering', () => {
  it('takes out of an arm what it leaves without sense, so that the arm can be run', () => {
    const full = armOf({ ruminate: { type: 'background' }, calibrate: { type: 'cc' }, order: 'global-entropy' });
    for (const { type } of plugins.answer.filter((p) => p.type !== 'model')) {
      const changed = withPlugin('answer', type)(full);
      expect(changed.answer.type).toBe(type);
      expect(armProblem(changed, null), type).toBeNull();
    }
    const batch = armOf({ calibrate: { type: 'bc' } });
    expect(withPlugin('answer', 'channel')(batch).calibrate.type).toBe('bc');
  });

  it('stands in the line of an arm, without the demos that it does not read', () => {
    expect(armLine(armOf({ answer: { type: 'majority' } }))).toBe('Commonest label (no model)');
    expect(armLine(armOf({ answer: { type: 'vote' }, score: 'bytes' }))).toMatch(
      /^Random, 2 shots · Vote.* · sum per byte$/u,
    );
  });
});

describe('a question set in the panel', () => {
  const results = (spec: RunSpec) => ({ experiment: { spec }, dataset });

  it('asks its options by their text, or by letters as a change of the wording', () => {
    expect(hasClasses(results(specOf()))).toBe(false);
    const letters = withOptionsForm(specOf(), dataset.template, 'letters');
    expect(letters.template).toEqual({ ...dataset.template, options: 'letters' });
    expect(hasClasses(results(letters))).toBe(true);
    expect(hasClasses({ experiment: { spec: specOf() }, dataset: smallDataset() })).toBe(true);
  });

  it('has the mean of one over the number of options as chance, and no commonest label', () => {
    const mixed = questionDataset({
      evalSet: [question('1', 'x', ['a', 'b'], 'A'), question('2', 'x', ['a', 'b', 'c', 'd'], 'A')],
    });
    const cells = ['1', '2'].map((queryId) => ({ queryId, gold: 'A' })) as unknown as CellRecord[];
    expect(floors(mixed, cells)).toEqual({ chance: 0.375, majority: 0.375 });
  });

  it('names answers by their text, and finds rows by it', () => {
    const [first] = dataset.evalSet as [(typeof dataset.evalSet)[number]];
    expect(answerText(first, 'B')).toBe('a cave');
    expect(answerText({}, 'business')).toBe('business');
    const rows = dataset.evalSet.map((query, i) => ({
      key: query.id,
      trial: 0,
      number: i + 1,
      query,
      cells: new Map(),
    }));
    const found = filterRows(rows, { filter: { kind: 'all' }, search: 'CAVE', firstArm: 'a' });
    expect(found.map((row) => row.key)).toEqual(['e1']);
  });

  it('is exported with the texts of right and chosen options, every line as long as the head', () => {
    const evalSet = [...dataset.evalSet.slice(0, 1), question('short', 'Up, or down?', ['up', 'down'], 'B')];
    const cell = (queryId: string, gold: string, prediction: CellRecord['prediction'], scores: readonly number[]) =>
      ({
        armId: 'a',
        trial: 0,
        queryId,
        gold,
        prediction,
        demos: [],
        labelLogprobs: scores,
        calibrated: scores,
        promptTokens: 1,
      }) as unknown as CellRecord;
    const csv = answersCsv({
      cells: [
        cell('e1', 'A', { kind: 'label', label: 'B', probability: 1 }, [-1, -2, -3]),
        cell('short', 'B', { kind: 'label', label: 'B', probability: 1 }, [-1, -2]),
        cell('short', 'B', { kind: 'unscored', reason: 'x' }, []),
      ],
      dataset: questionDataset({ evalSet }),
      arms: specOf().arms,
    } as unknown as Parameters<typeof answersCsv>[0]);
    const lines = csv.trim().split('\r\n');
    expect(lines[1]).toContain(',paris,a cave,');
    expect(new Set(lines.map((line) => line.replace(/"[^"]*"/gu, '').split(',').length)).size).toBe(1);
  });
});

it('arms are added by hand up to a number that can still be told apart', () => {
  let spec = specOf();
  for (let i = 0; i < 30; i++) spec = addArm(spec);
  expect(spec.arms).toHaveLength(12);
  expect(canAdd(spec)).toBe(false);
});
