import { describe, expect, it } from 'vitest';
import { softmax } from '../../../src/core/calibration/logspace.ts';
import { calibrators } from '../../../src/core/calibration/registry.ts';
import type { Dataset } from '../../../src/core/data/example.ts';
import { selectors } from '../../../src/core/demos/registry.ts';
import type { Knowledge } from '../../../src/core/knowledge/types.ts';
import { EngineError } from '../../../src/core/model/engine-error.ts';
import type { Fields } from '../../../src/core/options.ts';
import { promptText } from '../../../src/core/prompt/render.ts';
import { cellKey } from '../../../src/core/run/cell.ts';
import type { RunEvent } from '../../../src/core/run/events.ts';
import { memoryJournal } from '../../../src/core/run/journal.ts';
import type { CellRecord, RunRecord } from '../../../src/core/run/record.ts';
import { type RunInput, runExperiment } from '../../../src/core/run/run.ts';
import { prepareSetting } from '../../../src/core/run/setting.ts';
import { parseSpec, type RunSpec } from '../../../src/core/run/spec.ts';
import { type FakeModel, type FakeModelOptions, fakeModel } from '../../support/fake-model.ts';
import { variantsOf } from '../../support/options.ts';
import { example, goldenKnowledge, smallDataset } from '../../support/small-world.ts';

type ArmInput = Record<string, unknown> & { id: string };

function specOf(arms: readonly ArmInput[], changes: Record<string, unknown> = {}): RunSpec {
  const parsed = parseSpec({
    version: 1,
    data: { id: 'small' },
    model: { engine: 'fake', id: 'hash' },
    arms: arms.map((arm) => ({ name: arm.id, select: { type: 'random' }, shots: 3, ...arm })),
    ...changes,
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.spec;
}

const EVERY: readonly ArmInput[] = [
  { id: 'random' },
  { id: 'redraw', select: { type: 'random', redraw: true }, order: 'shuffled' },
  { id: 'balanced', select: { type: 'balanced' }, shots: 4, calibrate: { type: 'cc' } },
  { id: 'topk', select: { type: 'topk' } },
  { id: 'bm25', select: { type: 'bm25' }, order: 'nearest-first', score: 'mean' },
  { id: 'ker', select: { type: 'ker' }, calibrate: { type: 'kpc' } },
  { id: 'ker-query', select: { type: 'ker-query' }, calibrate: { type: 'kpc', withDemos: true } },
  { id: 'background', ruminate: { type: 'background' }, calibrate: { type: 'cc' } },
  { id: 'filler', ruminate: { type: 'filler' } },
  { id: 'zero', shots: 0, calibrate: { type: 'label-frequency' } },
];

interface Setup extends Partial<Omit<RunInput, 'spec' | 'model'>> {
  readonly model?: FakeModel;
  readonly engine?: FakeModelOptions;
  readonly dataset?: Dataset;
  readonly knowledge?: Knowledge;
  readonly embedder?: ReturnType<typeof fakeModel>;
}

const run = (spec: RunSpec, { engine, ...setup }: Setup = {}): Promise<RunRecord> =>
  runExperiment({
    spec,
    dataset: smallDataset(),
    knowledge: goldenKnowledge(),
    model: fakeModel(engine),
    ...setup,
  });

const ofArm = (record: RunRecord, armId: string): CellRecord[] => record.cells.filter((c) => c.armId === armId);
/** What must not change with the data set's digest. */
const withoutKey = (cells: readonly CellRecord[]) => cells.map(({ key: _key, ...rest }) => rest);
const predicted = ({ prediction }: CellRecord): string | null =>
  prediction.kind === 'label' ? prediction.label : null;

describe('a run', () => {
  it('answers every query with every arm in every trial, once, in the order of the spec', async () => {
    const record = await run(specOf(EVERY, { trials: 2 }));
    const expected = EVERY.flatMap(({ id }) =>
      [0, 1].flatMap((t) => smallDataset().evalSet.map((q) => `${id} ${t} ${q.id}`)),
    );
    expect(record.cells.map((c) => `${c.armId} ${c.trial} ${c.queryId}`)).toEqual(expected);
    expect(new Set(record.cells.map((c) => c.key)).size).toBe(expected.length);
    expect(record.summary.map((s) => s.n)).toEqual(EVERY.map(() => 12));
  });

  it('gives the same answers when it is run again', async () => {
    const spec = specOf(EVERY);
    expect((await run(spec)).cells).toEqual((await run(spec)).cells);
  });

  it('draws otherwise under another seed and in another trial', async () => {
    const demos = (cells: readonly CellRecord[]): string => JSON.stringify(cells.map((c) => c.demos.map((d) => d.id)));
    const record = await run(specOf([{ id: 'random' }], { trials: 2 }));
    const other = await run(specOf([{ id: 'random' }], { seed: 2 }));
    const [first, second] = [0, 1].map((trial) => demos(record.cells.filter((c) => c.trial === trial)));
    expect(second).not.toBe(first);
    expect(demos(other.cells)).not.toBe(first);
  });

  it('gives an arm the same answers whatever arms stand beside it, in any order', async () => {
    const together = await run(specOf(EVERY));
    const turned = await run(specOf([...EVERY].reverse()));
    for (const { id } of EVERY) expect(ofArm(turned, id)).toEqual(ofArm(together, id));
    const alone = await run(specOf([EVERY[5] as ArmInput]));
    expect(alone.cells).toEqual(ofArm(together, 'ker'));
  });

  it('gives a query the same answer whatever the order of the queries', async () => {
    const dataset = smallDataset();
    const turned = smallDataset({ evalSet: [...dataset.evalSet].reverse() });
    const [a, b] = [await run(specOf(EVERY), { dataset }), await run(specOf(EVERY), { dataset: turned })];
    const byQuery = (cells: readonly CellRecord[]) =>
      cells
        .map(({ queryId, armId, prediction, demos }) => ({ queryId, armId, prediction, demos: demos.map((d) => d.id) }))
        .sort((x, y) => `${x.armId} ${x.queryId}`.localeCompare(`${y.armId} ${y.queryId}`));
    expect(byQuery(b.cells)).toEqual(byQuery(a.cells));
  });

  it('gives the first queries the same answers under a limit, where the arm does not read the others', async () => {
    const blind = <T extends { transductive: boolean; fields: Fields }>(registry: Record<string, T>, part: string) =>
      Object.entries(registry)
        .filter(([, method]) => !method.transductive)
        .flatMap(([type, { fields }]) => variantsOf(fields).map((options) => ({ [part]: { type, ...options } })));
    const arms = [...blind(selectors, 'select'), ...blind(calibrators, 'calibrate')].map((a, i) => ({
      id: `a${i}`,
      ...a,
    }));
    const pool = Array.from({ length: 30 }, (_, i) =>
      example(`x${i}`, `Something number ${i}`, i % 2 ? 'tech' : 'place'),
    );
    const dataset = smallDataset({ demoPool: [...smallDataset().demoPool, ...pool] });
    for (let at = 0; at < arms.length; at += 12) {
      const part = arms.slice(at, at + 12);
      const setup = { dataset, embedder: fakeModel() };
      const [all, few] = [await run(specOf(part), setup), await run(specOf(part, { limit: 2 }), setup)];
      for (const { id } of part) expect(ofArm(few, id)).toEqual(ofArm(all, id).slice(0, 2));
    }
  });

  it('never lets the gold labels of the queries reach an answer', async () => {
    const dataset = smallDataset();
    const swapped = smallDataset({
      evalSet: dataset.evalSet.map((q) => ({ ...q, label: q.label === 'tech' ? 'place' : 'tech' })),
    });
    const [a, b] = [await run(specOf(EVERY)), await run(specOf(EVERY), { dataset: swapped })];
    const blind = (cells: readonly CellRecord[]) => withoutKey(cells).map(({ gold: _gold, ...rest }) => rest);
    expect(blind(b.cells)).toEqual(blind(a.cells));
    a.summary.forEach((s, i) => {
      expect((b.summary[i]?.correct ?? 0) + s.correct).toBe(s.n - s.unscored);
    });
  });
});

describe('the record of an answer', () => {
  it('holds the prompt that was really scored', async () => {
    const model = fakeModel();
    const record = await run(specOf(EVERY), { model });
    const scored = new Set(model.scoredPrompts);
    for (const cell of record.cells) {
      expect(scored.has(promptText(cell.segments))).toBe(true);
      expect(promptText(cell.segments)).not.toMatch(/\s$/u);
    }
  });

  it('holds the label log-probabilities that this prompt has, several words summed', async () => {
    const record = await run(specOf([{ id: 'random' }]), {
      engine: { logprob: (_prompt, word) => Math.log({ ' place': 0.2, ' technology': 0.1, ' tech': 0.3 }[word] ?? 1) },
    });
    for (const cell of record.cells) {
      expect(cell.labelLogprobs[0]).toBeCloseTo(Math.log(0.2), 12);
      expect(cell.labelLogprobs[1]).toBeCloseTo(Math.log(0.4), 12);
      expect(cell.distribution[0]).toBeCloseTo(1 / 3, 12);
      expect(predicted(cell)).toBe('tech');
    }
  });

  it('has distributions that sum to one and a prediction that is the largest of the calibrated one', async () => {
    const { cells, data } = await run(specOf(EVERY));
    for (const cell of cells) {
      expect(cell.distribution.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
      expect(cell.calibrated.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
      const best = cell.calibrated.indexOf(Math.max(...cell.calibrated));
      expect(predicted(cell)).toBe(data.labels[best]?.id);
      if (cell.prior === null) expect(cell.calibrated).toEqual(cell.distribution);
    }
  });

  it('has a CC distribution that is the label distribution divided by the prior', async () => {
    const cells = ofArm(await run(specOf(EVERY)), 'balanced');
    for (const { labelLogprobs, prior, calibrated } of cells) {
      const expected = softmax(labelLogprobs.map((x, i) => x - Math.log(prior?.[i] as number)));
      calibrated.forEach((p, i) => {
        expect(p).toBeCloseTo(expected[i] as number, 10);
      });
    }
  });

  it('names the demonstrations in the order of the prompt, the most relevant last', async () => {
    for (const cell of ofArm(await run(specOf(EVERY)), 'topk')) {
      const marked = cell.segments.filter((s) => s.role === 'demo').map((s) => s.demoId);
      expect(cell.demos.map((d) => d.id)).toEqual(marked);
      const cosines = cell.demos.map((d) => d.why.figures.cosine as number);
      expect([...cosines].sort((a, b) => a - b)).toEqual(cosines);
    }
  });

  it('shows as many filler tokens as the rumination beside it wrote', async () => {
    const record = await run(specOf(EVERY));
    const filled = ofArm(record, 'filler');
    ofArm(record, 'background').forEach(({ thought, segments }, i) => {
      expect(thought?.text).toMatch(/^As far as I know, \S/u);
      expect(segments.find((s) => s.role === 'thought')?.text.trim()).toBe(thought?.text);
      expect(filled[i]?.thought?.tokens).toBe(thought?.tokens);
      expect(filled[i]?.thought?.generated).toBe(thought?.generated);
    });
  });
});

describe('work of a run', () => {
  it('counts fewer computed tokens than asked ones', async () => {
    const { usage } = await run(specOf(EVERY));
    expect(usage.computed).toBeGreaterThan(0);
    expect(usage.computed).toBeLessThan(usage.asked);
  });

  it('scores a prompt that several arms or queries share once', async () => {
    const model = fakeModel();
    const kpc = { calibrate: { type: 'kpc' } };
    await run(specOf([{ id: 'one' }, { id: 'same' }, { id: 'kpc', ...kpc }, { id: 'kpc-too', ...kpc }]), { model });
    expect(new Set(model.scoredPrompts).size).toBe(model.scoredPrompts.length);
    expect(model.scoredPrompts).toHaveLength(6 + goldenKnowledge().triples.length);
  });

  it('tells its listener of the start and of every answer', async () => {
    const events: RunEvent[] = [];
    const record = await run(specOf(EVERY), { onEvent: (event) => events.push(event) });
    expect(events.find((e) => e.type === 'started')).toEqual({ type: 'started', total: 60 });
    const batches = events.filter((e) => e.type === 'cells');
    const told = batches.flatMap((e) => e.cells);
    expect(new Set(told.map((c) => c.key))).toEqual(new Set(record.cells.map((c) => c.key)));
    expect(told).toHaveLength(60);
    expect(batches.at(-1)).toMatchObject({ done: 60, total: 60, usage: record.usage });
    batches.reduce((before, { done }) => {
      expect(done).toBeGreaterThan(before);
      return done;
    }, 0);
  });

  it('lets every arm answer the first queries before any goes on', async () => {
    const many = smallDataset({
      evalSet: Array.from({ length: 45 }, (_, i) => example(`q${i}`, `Question number ${i} about Paris`, 'place')),
    });
    const seen: string[] = [];
    await run(specOf([{ id: 'a' }, { id: 'b', shots: 2 }]), {
      dataset: many,
      onEvent: (e) => {
        if (e.type === 'cells') seen.push(...e.cells.map((c) => `${c.armId}${c.queryId}`));
      },
    });
    expect(Math.max(seen.indexOf('aq4'), seen.indexOf('bq4'))).toBeLessThan(
      Math.min(seen.indexOf('aq30'), seen.indexOf('bq30')),
    );
    expect(seen).toHaveLength(90);
  });
});

describe('stopping and going on', () => {
  it('takes finished cells from the journal, without asking the model again', async () => {
    const journal = memoryJournal();
    const first = await run(specOf(EVERY), { journal });
    const model = fakeModel();
    const second = await run(specOf(EVERY), { journal, model });
    expect(second.cells).toEqual(first.cells);
    expect(second.reusedCells).toBe(60);
    expect(model.calls).toMatchObject({ score: 0, generate: 0 });
  });

  it('goes on after an abort to the same bytes, and loses no finished cell', async () => {
    const whole = await run(specOf(EVERY));
    const journal = memoryJournal();
    const controller = new AbortController();
    const kept: CellRecord[] = [];
    const stopped = run(specOf(EVERY), {
      journal,
      signal: controller.signal,
      engine: { onScore: (call) => (call === 4 ? controller.abort() : undefined) },
      onEvent: (e) => {
        if (e.type === 'cells') kept.push(...e.cells);
      },
    });
    await expect(stopped).rejects.toMatchObject({ name: 'EngineError', code: 'aborted', recoverable: true });
    expect(kept.length).toBeGreaterThan(0);
    const resumed = await run(specOf(EVERY), { journal });
    expect(resumed.reusedCells).toBe(kept.length);
    expect(JSON.stringify(resumed.cells)).toBe(JSON.stringify(whole.cells));
  });

  it('stops at once when it is already aborted', async () => {
    const model = fakeModel();
    await expect(run(specOf(EVERY), { model, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' });
    expect(model.calls.score).toBe(0);
  });

  it('hands on the error of an engine and goes on from the journal afterwards', async () => {
    const journal = memoryJournal();
    const broken: FakeModelOptions = {
      onScore: (call) => {
        if (call === 3) throw new EngineError('device-lost', 'The device is gone.', { recoverable: true });
      },
    };
    await expect(run(specOf(EVERY), { journal, engine: broken })).rejects.toMatchObject({ code: 'device-lost' });
    const resumed = await run(specOf(EVERY), { journal });
    expect(resumed.cells).toEqual((await run(specOf(EVERY))).cells);
  });
});

describe('content key of an answer', () => {
  const keyOf = async (arm: ArmInput, changes: Record<string, unknown> = {}, setup: Setup = {}): Promise<string> => {
    const setting = await prepareSetting({
      spec: specOf([arm], changes),
      dataset: setup.dataset ?? smallDataset(),
      knowledge: setup.knowledge ?? goldenKnowledge(),
      model: fakeModel(setup.engine),
    });
    const query = setting.queries[0];
    const first = setting.spec.arms[0];
    if (query === undefined || first === undefined) throw new Error('no cell');
    return cellKey(setting, { arm: first, trial: 0, query });
  };

  it('does not change with the name of an arm, nor with other arms, trials or queries', async () => {
    const key = await keyOf({ id: 'a' });
    expect(await keyOf({ id: 'b', name: 'Another name' })).toBe(key);
    expect(await keyOf({ id: 'a' }, { trials: 5, limit: 2 })).toBe(key);
  });

  it('changes with everything that can change the answer', async () => {
    const rows = smallDataset().demoPool;
    const keys = await Promise.all([
      keyOf({ id: 'a' }),
      keyOf({ id: 'a', shots: 4 }),
      keyOf({ id: 'a', order: 'shuffled' }),
      keyOf({ id: 'a', score: 'mean' }),
      keyOf({ id: 'a', select: { type: 'random', redraw: true } }),
      keyOf({ id: 'a', calibrate: { type: 'cc' } }),
      keyOf({ id: 'a', ruminate: { type: 'background' } }),
      keyOf({ id: 'a' }, { seed: 2 }),
      keyOf({ id: 'a' }, { template: { instruction: 'x', inputNames: ['In'], labelName: 'Out' } }),
      keyOf({ id: 'a' }, {}, { engine: { revision: 'r2' } }),
      keyOf({ id: 'a' }, {}, { dataset: smallDataset({ demoPool: rows.slice(1) }) }),
      keyOf({ id: 'a' }, {}, { knowledge: { ...goldenKnowledge(), digest: 'e'.repeat(64) } }),
    ]);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('changes with the number of queries for an arm whose relevance reads them', async () => {
    const pooled = { id: 'a', select: { type: 'ker' } };
    expect(await keyOf(pooled, { limit: 2 })).not.toBe(await keyOf(pooled));
  });

  it('changes with the number of queries for a calibrator that reads their texts', async () => {
    const domain = { id: 'a', calibrate: { type: 'dc' } };
    expect(await keyOf(domain, { limit: 2 })).not.toBe(await keyOf(domain));
  });
});

describe('a context that is too small', () => {
  it('loses whole demonstrations, the least relevant first, and says which', async () => {
    const model = fakeModel({ contextLength: 24 });
    const record = await run(specOf([{ id: 'topk', select: { type: 'topk' }, shots: 8 }]), { model });
    const wide = await run(specOf([{ id: 'topk', select: { type: 'topk' }, shots: 8 }]));
    record.cells.forEach((cell, i) => {
      const ranked = [...(wide.cells[i]?.demos ?? [])].reverse().map((d) => d.id);
      expect(cell.shotsRequested).toBe(8);
      expect(cell.dropped.length).toBeGreaterThan(0);
      expect([...cell.demos].reverse().map((d) => d.id)).toEqual(ranked.slice(0, cell.demos.length));
      expect([...cell.dropped].reverse()).toEqual(ranked.slice(cell.demos.length));
      expect(cell.promptTokens).toBeLessThanOrEqual(23);
    });
  });

  it('leaves a query unscored, with the reason, where it does not fit alone', async () => {
    const dataset = smallDataset({
      evalSet: [...smallDataset().evalSet, example('long', 'word '.repeat(100), 'tech')],
    });
    const record = await run(specOf([{ id: 'a' }]), { dataset, engine: { contextLength: 60 } });
    const cell = record.cells.find((c) => c.queryId === 'long');
    expect(cell?.prediction).toMatchObject({ kind: 'unscored' });
    expect(cell?.prediction).toMatchObject({ reason: expect.stringMatching(/longer than/u) });
    expect(record.summary[0]).toMatchObject({ n: 7, unscored: 1 });
  });

  it.each([
    ['rumination', { id: 'a', ruminate: { type: 'background' } }],
    ['filler', { id: 'a', ruminate: { type: 'filler' } }],
    ['model embeddings', { id: 'a', select: { type: 'topk' } }],
  ])('does not stop a whole run with %s for one query that is too long', async (_what, arm) => {
    const dataset = smallDataset({
      evalSet: [...smallDataset().evalSet, example('long', 'word '.repeat(100), 'tech')],
    });
    const record = await run(specOf([arm]), { dataset, engine: { contextLength: 80 } });
    expect(record.cells.filter((c) => predicted(c) === null).map((c) => c.queryId)).toEqual(['long']);
  });

  it.each([24, 30, 36, 42])(
    'of %i tokens also has room for the prompts of the knowledge prior with demos',
    async (contextLength) => {
      const dataset = smallDataset({ evalSet: [example('short', 'Paris.', 'place')] });
      const kpc = { id: 'a', shots: 8, calibrate: { type: 'kpc', withDemos: true } };
      const record = await run(specOf([kpc]), { dataset, engine: { contextLength } });
      expect(record.cells.map(predicted)).not.toContain(null);
    },
  );

  it.each([24, 26, 28, 30])('of %i tokens also has room for the content-free prompts of CC', async (contextLength) => {
    const dataset = smallDataset({ evalSet: [example('short', 'Paris.', 'place')] });
    const engine = { contextLength, tokensPerWord: (word: string) => (word.startsWith('[') ? 5 : 1) };
    const record = await run(specOf([{ id: 'a', shots: 8, calibrate: { type: 'cc' } }]), { dataset, engine });
    expect(record.cells.map(predicted)).not.toContain(null);
  });
});

describe('what cannot be run is refused or said', () => {
  const noticeCodes = (record: RunRecord): string[] => record.notices.map((n) => n.code);

  it('a query in its own pool is left out and said', async () => {
    const { demoPool, evalSet } = smallDataset();
    const leaking = smallDataset({ demoPool: [...demoPool, { ...(evalSet[0] as (typeof evalSet)[0]), id: 'leak' }] });
    const record = await run(specOf(EVERY), { dataset: leaking });
    expect(noticeCodes(record)).toContain('leak');
    expect(record.data.poolSize).toBe(demoPool.length);
    expect(record.cells.flatMap((c) => c.demos.map((d) => d.id))).not.toContain('leak');
  });

  it('an empty pool is refused where an arm wants demos, and fine without', async () => {
    const dataset = smallDataset({ demoPool: [] });
    await expect(run(specOf([{ id: 'a' }]), { dataset })).rejects.toThrow(/demo pool is empty.*"a" asks for 3/u);
    expect((await run(specOf([{ id: 'a', shots: 0 }]), { dataset })).cells).toHaveLength(6);
  });

  it('no queries are refused', async () => {
    await expect(run(specOf(EVERY), { dataset: smallDataset({ evalSet: [] }) })).rejects.toThrow(/no queries/u);
  });

  it('labels that collide are refused', async () => {
    const dataset = smallDataset({
      labels: [
        { id: 'place', words: ['one'] },
        { id: 'tech', words: ['one'] },
      ],
    });
    await expect(run(specOf(EVERY), { dataset })).rejects.toThrow(/"place" and "tech" collide/u);
  });

  it.each([
    ['log-probabilities', [], { id: 'a' }, /cannot give the log-probabilities/u],
    ['generation', ['logprobs'], { id: 'a', ruminate: { type: 'background' } }, /cannot write text/u],
    ['embeddings', ['logprobs'], { id: 'a', select: { type: 'topk' } }, /cannot give text embeddings.*tf-idf/u],
  ] as const)('a model without %s is refused with the way out', async (_what, capabilities, arm, message) => {
    const model = fakeModel({ capabilities });
    await expect(run(specOf([arm]), { model })).rejects.toThrow(message);
    expect(model.calls.score).toBe(0);
  });

  it('tf-idf needs no embeddings of the model', async () => {
    const model = fakeModel({ capabilities: ['logprobs'] });
    const record = await run(specOf([{ id: 'a', select: { type: 'topk', embedding: 'tfidf' } }]), { model });
    expect(record.cells).toHaveLength(6);
  });

  it('other data and another model revision than the spec names are said', async () => {
    const spec = specOf([{ id: 'a' }], {
      data: { id: 'small', digest: '0'.repeat(64) },
      model: { engine: 'fake', id: 'hash', revision: 'r0' },
    });
    expect(noticeCodes(await run(spec))).toEqual(expect.arrayContaining(['data-changed', 'model-changed']));
  });

  it('a model that gives no number for a label leaves the answer unscored, never NaN', async () => {
    const record = await run(specOf(EVERY), {
      engine: { logprob: (_p, word) => (word === ' place' ? -Infinity : -1) },
    });
    for (const cell of record.cells) expect(cell.prediction.kind).toBe('unscored');
    for (const { accuracy, ece, macroF1 } of record.summary) expect([accuracy, ece, macroF1]).toEqual([0, 0, 0]);
    expect(record.summary.every((s) => s.unscored === 6)).toBe(true);
  });

  it('a prior that rules a label out never gives an answer of probability NaN', async () => {
    const record = await run(specOf([{ id: 'cc', calibrate: { type: 'cc' } }]), {
      engine: {
        logprob: (prompt, word) =>
          /(N\/A|Sentence:|\[MASK\])\nTopic:$/u.test(prompt) && word === ' place' ? -900 : -1,
      },
    });
    for (const { prediction } of record.cells) {
      if (prediction.kind === 'label') expect(prediction.probability).toSatisfy(Number.isFinite);
    }
  });

  it('a knowledge base without triples gives KPC no prior, and no answer of probability NaN', async () => {
    const spec = specOf([{ id: 'kpc', calibrate: { type: 'kpc' } }]);
    const outcome = await run(spec, { knowledge: goldenKnowledge([]) }).catch((error: Error) => error);
    if (outcome instanceof Error) expect(outcome.message).toMatch(/knowledge/u);
    else {
      for (const { prediction } of outcome.cells) {
        if (prediction.kind === 'label') expect(prediction.probability).toSatisfy(Number.isFinite);
      }
    }
  });

  it('a set of pairs under a template with one name is refused', async () => {
    const dataset = smallDataset({ evalSet: [{ ...example('q', 'a', 'tech'), text2: 'b' }] });
    await expect(run(specOf([{ id: 'a' }]), { dataset })).rejects.toThrow(/two input names/u);
  });
});
