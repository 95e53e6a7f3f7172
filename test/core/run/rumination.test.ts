import { describe, expect, it } from 'vitest';
import { combined } from '../../../src/core/rumination/combine.ts';
import { CUE } from '../../../src/core/rumination/cues.ts';
import { ruminations } from '../../../src/core/rumination/registry.ts';
import type { Rumination } from '../../../src/core/rumination/rumination.ts';
import { memoryJournal } from '../../../src/core/run/journal.ts';
import type { CellRecord, ReviewRecord, RunRecord } from '../../../src/core/run/record.ts';
import { type RunInput, runExperiment } from '../../../src/core/run/run.ts';
import { parseSpec, type RunSpec } from '../../../src/core/run/spec.ts';
import { loadEmbedded } from '../../../src/engines/embedded/load.ts';
import { readKernels } from '../../../src/engines/embedded/node.ts';
import { tinyModel } from '../../engines/embedded/tiny-model.ts';
import { fakeModel } from '../../support/fake-model.ts';
import { example, goldenKnowledge, smallDataset } from '../../support/small-world.ts';

const TEXT = Object.values<Rumination<never>>(ruminations as never).filter(
  ({ kind, needsOptions }) => (kind === 'text' || kind === 'control') && needsOptions !== true,
);
const LATENT = Object.values(ruminations).filter(({ kind }) => kind === 'latent');

function specOf(
  ruminate: readonly Record<string, unknown>[],
  changes: Record<string, unknown> = {},
  arm = {},
): RunSpec {
  const parsed = parseSpec({
    version: 1,
    data: { id: 'small' },
    model: { engine: 'fake', id: 'hash' },
    arms: ruminate.map((options, i) => ({
      id: `a${i}`,
      name: `Arm ${i}`,
      select: { type: 'random' },
      shots: 3,
      ruminate: options,
      ...arm,
    })),
    ...changes,
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.spec;
}

const run = (spec: RunSpec, setup: Partial<RunInput> = {}): Promise<RunRecord> =>
  runExperiment({ spec, dataset: smallDataset(), knowledge: goldenKnowledge(), model: fakeModel(), ...setup });
const ofArm = ({ cells }: RunRecord, arm: number): CellRecord[] => cells.filter(({ armId }) => armId === `a${arm}`);
const promptOf = ({ segments }: CellRecord): string => segments.map(({ text }) => text).join('');
const reviewOf = (cell: CellRecord): ReviewRecord => cell.review as ReviewRecord;

describe.each(TEXT.map(({ type }) => type))('an arm with the rumination %s', { timeout: 30_000 }, (type) => {
  it('answers every query, and its answer is what its prompts come to', async () => {
    const cells = ofArm(await run(specOf([{ type }])), 0);
    expect(cells).toHaveLength(6);
    for (const cell of cells) {
      expect(cell.prediction.kind).toBe('label');
      const { asks, combine, pieces } = reviewOf(cell);
      expect(cell.labelLogprobs).toEqual(
        combined(
          combine,
          asks.map((ask) => ask.labelLogprobs),
        ),
      );
      for (const ask of asks) for (const at of ask.pieces) expect(pieces[at]).toBeDefined();
      expect(cell.thought?.text ?? '').toBe((asks[0]?.pieces ?? []).map((at) => pieces[at]?.text).join(' '));
    }
  });

  it('gives the same answers again, beside others, and one query at a time', async () => {
    const spec = specOf([{ type: 'none' }, { type }]);
    const whole = ofArm(await run(spec), 1);
    expect(ofArm(await run(spec), 1)).toEqual(whole);
    const journal = memoryJournal();
    for (const { queryId } of whole) {
      const one = await run(spec, { only: new Set([queryId]), journal });
      expect(ofArm(one, 1)).toEqual(whole.filter((cell) => cell.queryId === queryId));
    }
    expect((await run(spec, { journal })).reusedCells).toBe(12);
  });
});

describe('text rumination in a run', { timeout: 30_000 }, () => {
  it('stands before the answer, and what it cost is told', async () => {
    const record = await run(specOf([{ type: 'none' }, { type: 'background', tokens: 12 }]));
    const [plain, thinking] = [ofArm(record, 0), ofArm(record, 1)];
    for (const [i, cell] of thinking.entries()) {
      const { written, read, asks } = reviewOf(cell);
      expect(written).toBeGreaterThan(0);
      expect(written).toBeLessThanOrEqual(12);
      expect(read).toBeGreaterThan(written);
      expect(asks[0]?.promptTokens).toBe(cell.promptTokens);
      expect(cell.promptTokens).toBe((plain[i]?.promptTokens as number) + (cell.thought?.tokens as number));
    }
    expect(plain.every((cell) => cell.review === undefined && cell.thought === null)).toBe(true);
  });

  it('from another text is that of a pool item, never of the query', async () => {
    const record = await run(specOf([{ type: 'background' }, { type: 'shuffled' }]));
    ofArm(record, 1).forEach((cell, i) => {
      expect(cell.thought?.text).not.toBe(ofArm(record, 0)[i]?.thought?.text);
    });
    const empty = smallDataset({ demoPool: [] });
    await expect(run(specOf([{ type: 'shuffled' }], {}, { shots: 0 }), { dataset: empty })).rejects.toThrow(
      /pool is empty/u,
    );
  });

  it('in one call scores the answer right after what was written in the same context', async () => {
    const model = fakeModel();
    const asked: string[] = [];
    const generate: typeof model.generate = (requests, options) => {
      asked.push(...requests.map(({ prompt }) => prompt));
      return model.generate(requests, options);
    };
    const record = await run(specOf([{ type: 'one-call' }], { limit: 2 }), { model: { ...model, generate } });
    for (const cell of ofArm(record, 0)) {
      const shown = cell.segments.filter(({ role }) => role === 'demo');
      expect(shown).toHaveLength(3);
      for (const { text } of shown) expect(text).toMatch(new RegExp(`\\n${CUE} .+\\nTopic:$`, 'u'));
      const before = promptOf(cell).slice(0, promptOf(cell).lastIndexOf(CUE) + CUE.length);
      expect(asked).toContain(before);
    }
  });

  it('about each option scores each option after its own line, and is for questions alone', async () => {
    const ask = (rows: readonly [string, string][]) =>
      rows.map(([text, label], i) => ({
        ...example(`q${i}`, text, label),
        options: ['a museum', 'a bank', 'a river'],
      }));
    const dataset = smallDataset({
      labels: ['A', 'B', 'C'].map((id) => ({ id, words: [id] })),
      demoPool: ask([
        ['What is the Seine?', 'C'],
        ['Where is money kept?', 'B'],
        ['Where do pictures hang?', 'A'],
      ]).map((row) => ({ ...row, id: `p${row.id}` })),
      evalSet: ask([
        ['What is the Louvre in Paris?', 'A'],
        ['Where does it rain?', 'C'],
      ]),
    });
    for (const cell of ofArm(await run(specOf([{ type: 'option' }]), { dataset }), 0)) {
      const { asks } = reviewOf(cell);
      expect(asks).toHaveLength(3);
      expect(cell.labelLogprobs).toEqual(asks.map(({ labelLogprobs }, i) => labelLogprobs[i]));
    }
    await expect(run(specOf([{ type: 'option' }]))).rejects.toThrow(/questions with options/u);
  });

  it('asked again has the demos in as many orders, the first being that of the arm', async () => {
    const record = await run(specOf([{ type: 'none' }, { type: 'same-budget' }]));
    ofArm(record, 1).forEach((cell, i) => {
      const { asks } = reviewOf(cell);
      expect(asks.length).toBeGreaterThan(1);
      expect(asks[0]?.labelLogprobs).toEqual(ofArm(record, 0)[i]?.labelLogprobs);
    });
    const rows = ofArm(record, 1).flatMap((cell) => reviewOf(cell).asks.map((ask) => String(ask.labelLogprobs)));
    expect(new Set(rows).size).toBeGreaterThan(6);
  });

  it('leaves out whole demos where it does not fit, and is unscored where the query does not', async () => {
    const longer = fakeModel({ contextLength: 60 });
    for (const cell of ofArm(
      await run(specOf([{ type: 'background', tokens: 12 }], {}, { shots: 8 }), { model: longer }),
      0,
    )) {
      expect(cell.dropped.length).toBeGreaterThan(0);
      expect(cell.promptTokens).toBeLessThan(60);
    }
    const short = await run(specOf([{ type: 'background' }]), { model: fakeModel({ contextLength: 20 }) });
    expect(ofArm(short, 0).map(({ prediction }) => prediction.kind)).toEqual(Array(6).fill('unscored'));
  });

  it('is refused where the model cannot do it, with a way out', async () => {
    const silent = fakeModel({ capabilities: ['logprobs'] });
    await expect(run(specOf([{ type: 'mention' }]), { model: silent })).rejects.toThrow(
      /cannot write text.*Choose another rumination/u,
    );
    await expect(run(specOf([{ type: 'facts' }]), { model: silent })).resolves.toBeDefined();
    for (const { type } of LATENT)
      await expect(run(specOf([{ type }]))).rejects.toThrow(/cannot be opened.*Choose another rumination/u);
    await expect(run(specOf([{ type: 'facts' }]), { knowledge: goldenKnowledge([]) })).rejects.toThrow(
      /holds no facts/u,
    );
  });
});

describe('latent rumination in a run', { timeout: 60_000 }, () => {
  const engine = tinyModel({ context: 1000 }).then(({ assets }) =>
    loadEmbedded({ modelId: 'tiny', assets, wasm: readKernels }),
  );
  const latentRun = async (ruminate: readonly Record<string, unknown>[], changes = {}) =>
    run(specOf(ruminate, { limit: 3, ...changes }, { shots: 1 }), { model: await engine });
  const logprobs = (cells: readonly CellRecord[]) => cells.map((cell) => cell.labelLogprobs);

  it('without training changes the answers as its gain says, and not at all with none', async () => {
    for (const source of ['cue', 'written']) {
      const rows = { type: 'latent-rows', layer: 2, source };
      const record = await latentRun([
        { type: 'none' },
        { ...rows, gain: 0 },
        { ...rows, gain: 0.1 },
        { ...rows, gain: 1 },
      ]);
      const [none, still, some, more] = [0, 1, 2, 3].map((arm) => logprobs(ofArm(record, arm)));
      expect(still).toEqual(none);
      expect(some).not.toEqual(none);
      expect(more).not.toEqual(some);
      expect(ofArm(record, 2).map((cell) => reviewOf(cell).injectedLayer)).toEqual([0, 0, 0]);
      expect(ofArm(record, 2).every((cell) => cell.thought === null)).toBe(true);
    }
    await expect(latentRun([{ type: 'latent-rows', layer: 3 }])).rejects.toThrow(/no layer 3 from the top.*has 2/u);
  });

  it('as soft tokens takes places of the context and changes the answers', async () => {
    const record = await latentRun([{ type: 'none' }, { type: 'latent-soft', gain: 1, states: 4 }]);
    expect(logprobs(ofArm(record, 1))).not.toEqual(logprobs(ofArm(record, 0)));
  });

  it('learns on items of the pool that are no demos, the same every time', async () => {
    const learned = { type: 'latent-learned', items: 8, epochs: 20, learningRate: 0.01 };
    const arms = [{ type: 'none' }, learned, { ...learned, epochs: 1, learningRate: 0.0001 }];
    const record = await latentRun(arms);
    const [none, own, hardly] = [0, 1, 2].map((arm) => logprobs(ofArm(record, arm)).flat()) as [
      number[],
      number[],
      number[],
    ];
    const change = (row: number[]) => Math.max(...row.map((x, i) => Math.abs(x - (none[i] as number))));
    expect(change(own)).toBeGreaterThan(0.05);
    expect(change(hardly)).toBeLessThan(change(own));
    expect(ofArm(record, 1).map((cell) => reviewOf(cell).injectedLayer)).toEqual([1, 1, 1]);
    const again = ofArm(await latentRun([learned]), 0);
    expect(logprobs(again).flat()).toEqual(own);
    expect(again.map((cell) => cell.review)).toEqual(ofArm(record, 1).map((cell) => cell.review));
    const cost = reviewOf(again[0] as CellRecord).learned;
    expect(cost?.losses).toHaveLength(21);
    expect(cost?.losses.at(-1)).toBeLessThan(cost?.losses[0] as number);
    expect(cost?.tokens).toBeGreaterThan(7 * (again[0]?.promptTokens as number) * 0.5);
    const { cells } = await run(specOf([learned], { limit: 3 }, { shots: 1 }), {
      model: await engine,
      only: new Set(['e3']),
    });
    expect(cells).toEqual(again.slice(2));
  });

  it('needs enough of a pool to learn on', async () => {
    const dataset = smallDataset({ demoPool: smallDataset().demoPool.slice(0, 5) });
    const spec = specOf([{ type: 'latent-learned' }], { limit: 1 });
    await expect(run(spec, { dataset, model: await engine })).rejects.toThrow(/pool has 2.*larger pool/u);
  });

  it('leaves calibration and other arms as they are', async () => {
    const record = await run(
      specOf([{ type: 'none' }, { type: 'latent-rows', gain: 0.5 }], { limit: 2 }, { calibrate: { type: 'cc' } }),
      { model: await engine },
    );
    ofArm(record, 1).forEach((cell, i) => {
      expect(cell.prior).toEqual(ofArm(record, 0)[i]?.prior);
    });
  });
});
