import { describe, expect, it } from 'vitest';
import { diagnostics, majorityLabel } from '../../../src/core/probe/diagnostics.ts';
import { optionFigures, turned } from '../../../src/core/probe/options.ts';
import { runOrders, sensitivity } from '../../../src/core/probe/orders.ts';
import { probes } from '../../../src/core/probe/probes.ts';
import { probeProblem, runProbes } from '../../../src/core/probe/run.ts';
import { withSymbols } from '../../../src/core/probe/symbols.ts';
import { promptText } from '../../../src/core/prompt/render.ts';
import type { Work } from '../../../src/core/run/cell.ts';
import type { CellRecord } from '../../../src/core/run/record.ts';
import { runExperiment } from '../../../src/core/run/run.ts';
import { prepareSetting } from '../../../src/core/run/setting.ts';
import { type Arm, parseSpec, type RunSpec } from '../../../src/core/run/spec.ts';
import { workOf } from '../../../src/core/run/work.ts';
import { fakeModel } from '../../support/fake-model.ts';
import { goldenKnowledge, smallDataset } from '../../support/small-world.ts';

const dataset = smallDataset();
const knowledge = goldenKnowledge();
const { signal } = new AbortController();

function specOf(arm: Record<string, unknown> = {}): RunSpec {
  const parsed = parseSpec({
    version: 1,
    data: { id: 'small' },
    model: { engine: 'fake', id: 'hash' },
    arms: [{ id: 'arm', name: 'Arm', select: { type: 'random' }, shots: 3, ...arm }],
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.spec;
}

const workFor = async (spec: RunSpec, data = dataset): Promise<Work> =>
  workOf(await prepareSetting({ spec, dataset: data, knowledge, model: fakeModel() }));

async function probeAll(spec: RunSpec): Promise<CellRecord[]> {
  const plain = await workFor(spec);
  const symbols = await workFor(spec, withSymbols(dataset));
  return runProbes({
    workFor: async (probe) => (probe.symbols === true ? symbols : plain),
    arm: spec.arms[0] as Arm,
    probes,
    limit: 4,
    trials: 1,
    signal,
    onCells: () => {},
  });
}

const promptOf = (cells: readonly CellRecord[], probe: string): string =>
  promptText(cells.find((cell) => cell.armId === probe)?.segments ?? []);

describe('probes of an arm', () => {
  it('answer every query once under each probe, the intact one as the run itself does', async () => {
    const spec = specOf({ calibrate: { type: 'cc' } });
    const cells = await probeAll(spec);
    expect(cells).toHaveLength(probes.length * 4);
    expect(new Set(cells.map((cell) => cell.key)).size).toBe(cells.length);
    const run = await runExperiment({ spec, dataset, knowledge, model: fakeModel() });
    const intact = cells.filter((cell) => cell.armId === 'intact');
    expect(intact.map((cell) => cell.labelLogprobs)).toEqual(run.cells.slice(0, 4).map((cell) => cell.labelLogprobs));
    expect(intact.map((cell) => cell.prediction)).toEqual(run.cells.slice(0, 4).map((cell) => cell.prediction));
  });

  it('ask about the same query with the same demonstrations, broken as they say', async () => {
    const cells = await probeAll(specOf({ shots: 8 }));
    const intact = promptOf(cells, 'intact');
    const query = intact.slice(intact.lastIndexOf('Sentence:'));
    for (const { id } of probes) {
      expect(promptOf(cells, id).endsWith(query)).toBe(true);
      const ids = (probe: string) => cells.find((cell) => cell.armId === probe)?.demos.map((demo) => demo.id);
      expect(ids(id)).toEqual(ids('intact'));
      if (id !== 'intact' && id !== 'random-labels') expect(promptOf(cells, id), id).not.toBe(intact);
    }
    expect(promptOf(cells, 'no-labels').match(/Topic:/gu)).toHaveLength(1);
    expect(promptOf(cells, 'symbols')).toMatch(/Topic: (?:foo|bar)\n/u);
    expect(promptOf(cells, 'symbols')).not.toMatch(/Topic: (?:place|technology)/u);
  });

  it('are refused where they would say nothing', () => {
    const spec = specOf();
    const arm = spec.arms[0] as Arm;
    const byId = (id: string) => probes.find((probe) => probe.id === id) as (typeof probes)[number];
    expect(probeProblem(byId('symbols'), arm, spec, dataset)).toBeNull();
    expect(probeProblem(byId('no-entities'), { ...arm, shots: 0 }, spec, dataset)).toMatch(/no demonstrations/u);
    expect(probeProblem(byId('no-labels'), { ...arm, answer: { type: 'channel' } }, spec, dataset)).toMatch(/label/u);
    const asking = {
      ...dataset,
      evalSet: dataset.evalSet.map((query) => ({ ...query, options: ['one', 'two'], label: 'A' })),
    };
    expect(probeProblem(byId('symbols'), arm, spec, asking)).toMatch(/options of its own/u);
  });
});

describe('order sensitivity', () => {
  it('tries all six orders of three demonstrations, and shows each prompt another one', async () => {
    const spec = specOf();
    const work = await workFor(spec);
    const totals: number[] = [];
    const cells = await runOrders({
      work,
      arm: spec.arms[0] as Arm,
      sets: 2,
      orders: 24,
      limit: 3,
      signal,
      onCell: (_, total) => totals.push(total),
    });
    expect(cells.map((cell) => [cell.set, cell.order])).toEqual(
      [0, 1].flatMap((set) => [0, 1, 2, 3, 4, 5].map((order) => [set, order])),
    );
    expect(totals).toHaveLength(12);
    expect(totals.every((total) => total === 12)).toBe(true);
    for (const cell of cells) {
      expect(cell.localEntropy).toBeGreaterThan(0);
      expect(cell.globalEntropy).toBeLessThanOrEqual(Math.log(2) + 1e-12);
    }
  });

  it('has as its first order the one of the arm itself', async () => {
    const spec = specOf();
    const work = await workFor(spec);
    const run = await runExperiment({ spec, dataset, knowledge, model: fakeModel() });
    const [first] = await runOrders({
      work,
      arm: spec.arms[0] as Arm,
      sets: 1,
      orders: 1,
      limit: 6,
      signal,
      onCell: () => {},
    });
    expect(first?.accuracy).toBeCloseTo(run.summary[0]?.accuracy ?? Number.NaN, 12);
  });

  it('tells the spread over sets from the spread over orders, by hand', () => {
    const cell = (set: number, order: number, accuracy: number) => ({
      set,
      order,
      accuracy,
      globalEntropy: 0,
      localEntropy: 0,
    });
    const found = sensitivity([cell(0, 0, 0.5), cell(0, 1, 0.7), cell(1, 0, 0.6), cell(1, 1, 0.6)]);
    expect(found.select).toBeCloseTo(Math.sqrt(0.005), 12);
    expect(found.order).toBeCloseTo(Math.sqrt(0.02 / 2), 12);
    expect(sensitivity([cell(0, 0, 0.5)])).toMatchObject({ select: null, order: null });
    const sure = { ...cell(0, 0, 0.5), globalEntropy: 0.2, localEntropy: 0.9 };
    const even = { ...cell(0, 1, 0.7), globalEntropy: 0.8, localEntropy: 0.3 };
    expect(sensitivity([sure, even]).picked).toEqual({ globalEntropy: 0.7, localEntropy: 0.5 });
  });
});

describe('turned options', () => {
  const question = { id: 'q', text: 'Which?', options: ['ant', 'bee', 'cow'], label: 'B' };

  it('move all options and the right letter with them, and come round', () => {
    expect(turned(question, 1)).toMatchObject({ options: ['cow', 'ant', 'bee'], label: 'C' });
    expect(turned(question, 2)).toMatchObject({ options: ['bee', 'cow', 'ant'], label: 'A' });
    expect(turned(question, 3)).toEqual(question);
    const right = (q: typeof question) => q.options[q.label.charCodeAt(0) - 65];
    for (let by = 0; by < 6; by++) expect(right(turned(question, by) as typeof question)).toBe('bee');
  });

  it('count a question as flipped where its content changes, not its letter', () => {
    const answer = (queryId: string, turn: number, letter: string, content: string, gold: string) => ({
      queryId,
      turn,
      letter,
      content,
      gold,
    });
    const found = optionFigures([
      answer('q1', 0, 'A', 'ant', 'A'),
      answer('q1', 1, 'B', 'ant', 'B'),
      answer('q2', 0, 'A', 'bee', 'B'),
      answer('q2', 1, 'A', 'cow', 'A'),
    ]);
    expect(found.flipRate).toBe(0.5);
    expect(found.accuracies).toEqual([0.5, 1]);
    expect(found.recalls).toEqual([
      { letter: 'A', n: 2, recall: 1 },
      { letter: 'B', n: 2, recall: 0.5 },
    ]);
  });
});

describe('pull of the demonstrations', () => {
  const why = { reason: '', figures: {}, shared: [] };
  const cell = (demoLabels: readonly string[], gold: string, before: number, after: string): CellRecord => ({
    key: '',
    armId: 'arm',
    trial: 0,
    queryId: 'q',
    gold,
    demos: demoLabels.map((label, i) => ({ id: `d${i}`, label, why })),
    dropped: [],
    shotsRequested: demoLabels.length,
    segments: [],
    promptTokens: 0,
    thought: null,
    labelLogprobs: [],
    distribution: [0, 1].map((i) => (i === before ? 0.9 : 0.1)),
    prior: null,
    calibrated: [0.5, 0.5],
    prediction: { kind: 'label', label: after, probability: 0.5 },
  });

  it('is counted where there is one, before and after, against how often it would be right', () => {
    const cells = [
      cell(['a', 'a', 'b'], 'a', 1, 'a'),
      cell(['a', 'b'], 'b', 1, 'b'),
      cell(['b', 'a'], 'b', 0, 'b'),
      cell([], 'a', 0, 'a'),
    ];
    const { recency, majority } = diagnostics(cells, ['a', 'b']);
    expect(recency).toEqual({ n: 3, right: 1 / 3, before: 1, after: 1 / 3 });
    expect(majority).toEqual({ n: 1, right: 1, before: 0, after: 1 });
    expect(majorityLabel(cells[1] as CellRecord)).toBeNull();
  });
});
