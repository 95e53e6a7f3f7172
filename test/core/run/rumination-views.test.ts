import { describe, expect, it } from 'vitest';
import { shifts } from '../../../src/core/rumination/combine.ts';
import { effectsOf } from '../../../src/core/run/attribution.ts';
import type { Cell, Work } from '../../../src/core/run/cell.ts';
import { answerCells } from '../../../src/core/run/cells.ts';
import { latentView } from '../../../src/core/run/latent-view.ts';
import type { CellRecord } from '../../../src/core/run/record.ts';
import { prepareSetting } from '../../../src/core/run/setting.ts';
import { type Arm, parseSpec } from '../../../src/core/run/spec.ts';
import { workOf } from '../../../src/core/run/work.ts';
import { loadEmbedded } from '../../../src/engines/embedded/load.ts';
import { readKernels } from '../../../src/engines/embedded/node.ts';
import { tinyModel } from '../../engines/embedded/tiny-model.ts';
import { fakeModel } from '../../support/fake-model.ts';
import { goldenKnowledge, smallDataset } from '../../support/small-world.ts';

async function workWith(ruminate: Record<string, unknown>, model = fakeModel() as Work['setting']['model']) {
  const arm = { id: 'a', name: 'A', select: { type: 'random' }, shots: 2, ruminate };
  const parsed = parseSpec({ version: 1, data: { id: 'small' }, model: { engine: 'x', id: 'x' }, arms: [arm] });
  if (!parsed.ok) throw new Error(parsed.problem);
  const setting = await prepareSetting({
    spec: parsed.spec,
    dataset: smallDataset(),
    knowledge: goldenKnowledge(),
    model,
  });
  const work = workOf(setting);
  const [query] = setting.queries;
  const cell = { arm: parsed.spec.arms[0] as Arm, trial: 0, query } as Cell;
  return { work, cell };
}

describe('what each piece does', () => {
  it('is what the answers with that piece alone differ by from those without', async () => {
    const { work, cell } = await workWith({ type: 'several', aggregate: 'mixture' });
    const [record] = (await answerCells(work, [cell])) as [CellRecord];
    const [plain] = (await answerCells(work, [{ ...cell, arm: { ...cell.arm, ruminate: { type: 'none' } } }])) as [
      CellRecord,
    ];
    const { pieces, asks } = record.review as NonNullable<CellRecord['review']>;
    expect(pieces.length).toBeGreaterThan(2);
    expect(await effectsOf(work, cell, pieces)).toEqual(
      asks.map((ask) => shifts(ask.labelLogprobs, plain.labelLogprobs)),
    );
  });

  it('is not told where there is no room', async () => {
    const { work, cell } = await workWith({ type: 'none' }, fakeModel({ contextLength: 40 }));
    const long = { cue: '', text: 'word '.repeat(80), generated: null, tokens: 80 };
    expect(await effectsOf(work, cell, [long])).toBeNull();
  });
});

describe('the inside of the model', { timeout: 30_000 }, () => {
  const engine = tinyModel({ context: 1000 }).then(({ assets }) =>
    loadEmbedded({ modelId: 'tiny', assets, wasm: readKernels }),
  );

  it('is seen without and with the rows, which change nothing below their layer', async () => {
    const { work, cell } = await workWith({ type: 'latent-rows', layer: 1, gain: 1, states: 3 }, await engine);
    const view = await latentView(work, cell, 10);
    expect(view?.layer).toBe(1);
    expect(view?.rows).toBe(3);
    expect(view?.tokens).toHaveLength(10);
    expect(view?.tokens.join('').endsWith('Topic:')).toBe(true);
    expect(view?.activations).toHaveLength(30);
    expect(view?.before).toHaveLength(3);
    expect(view?.after.slice(0, 2)).toEqual(view?.before.slice(0, 2));
    expect(view?.after[2]).not.toEqual(view?.before[2]);
    for (const layer of view?.after ?? []) {
      expect(layer.top).toHaveLength(3);
      expect(layer.logprobs).toHaveLength(2);
    }
  });

  it('at the last layer is what the answer is made of', async () => {
    const { work, cell } = await workWith({ type: 'latent-rows', gain: 1 }, await engine);
    const view = await latentView(work, cell, 1);
    const prompt = (await answerCells(work, [cell]))[0]?.segments.map(({ text }) => text).join('') ?? '';
    const plain = await work.setting.model.score([{ prompt, continuations: [' place', ' technology'] }]);
    view?.before.at(-1)?.logprobs.forEach((logprob, i) => {
      expect(logprob).toBeCloseTo(plain.results[0]?.scores[i]?.tokenLogprobs[0] as number, 4);
    });
  });

  it('of a soft token has no rows, and of a text nothing to see', async () => {
    const soft = await workWith({ type: 'latent-soft', gain: 1 }, await engine);
    const view = await latentView(soft.work, soft.cell, 5);
    expect(view).toMatchObject({ rows: 0, layer: null });
    expect(view?.after[1]).not.toEqual(view?.before[1]);
    const text = await workWith({ type: 'background', tokens: 4 }, await engine);
    expect(await latentView(text.work, text.cell, 5)).toBeNull();
  });
});
