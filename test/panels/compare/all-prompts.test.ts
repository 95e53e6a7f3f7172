import { describe, expect, it } from 'vitest';
import { logMean } from '../../../src/core/calibration/logspace.ts';
import { combined, weightsOf } from '../../../src/core/rumination/combine.ts';
import { type AllPrompts, allPrompts } from '../../../src/core/run/all-prompts.ts';
import { answerCells } from '../../../src/core/run/cells.ts';
import type { CellRecord } from '../../../src/core/run/record.ts';
import { prepareSetting } from '../../../src/core/run/setting.ts';
import { type Arm, parseSpec } from '../../../src/core/run/spec.ts';
import { workOf } from '../../../src/core/run/work.ts';
import { agree, answerLines, priorLines, tailOf } from '../../../src/panels/compare/answers/shares.ts';
import { fakeModel } from '../../support/fake-model.ts';
import { goldenKnowledge, smallDataset } from '../../support/small-world.ts';

/** An answer, and its prompts as asked for by themselves, in a work of their own. */
async function both(arm: Record<string, unknown>) {
  const parsed = parseSpec({
    version: 1,
    data: { id: 'small' },
    model: { engine: 'x', id: 'x' },
    arms: [{ id: 'a', name: 'A', select: { type: 'random' }, shots: 2, ...arm }],
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  const begin = async () => {
    const model = fakeModel();
    const input = { spec: parsed.spec, dataset: smallDataset(), knowledge: goldenKnowledge(), model };
    return { model, work: workOf(await prepareSetting(input)) };
  };
  const [ran, again] = [await begin(), await begin()];
  const query = ran.work.setting.queries[0];
  if (query === undefined) throw new Error('no query');
  const cell = { arm: parsed.spec.arms[0] as Arm, trial: 0, query };
  const [record] = (await answerCells(ran.work, [cell])) as [CellRecord];
  const found = (await allPrompts(again.work, cell)) as AllPrompts;
  return { record, found, asked: ran.model.scoredPrompts };
}

describe('all prompts of an answer', () => {
  it.each([
    ['several cues, averaged', { ruminate: { type: 'several', aggregate: 'mixture' } }, 'mixture'],
    ['the surest of several', { ruminate: { type: 'several', aggregate: 'best' } }, 'best'],
    ['several, multiplied', { ruminate: { type: 'several', aggregate: 'product' } }, 'product'],
  ] as const)('are those that were asked, with their parts in it: %s', async (_name, arm, how) => {
    const { record, found, asked } = await both(arm);
    expect(found.answer).toHaveLength(record.review?.asks.length ?? 0);
    expect(found.answer.length).toBeGreaterThan(2);
    expect(new Set(found.answer.map(({ text }) => text))).toEqual(new Set(asked));
    const rows = found.answer.flatMap((prompt) => (prompt.kind === 'labels' ? [prompt.logprobs] : []));
    expect(rows).toEqual(record.review?.asks.map(({ labelLogprobs }) => labelLogprobs));
    expect(combined(how, rows)).toEqual(record.labelLogprobs);
    const shares = answerLines(found).map(({ share }) => share ?? Number.NaN);
    expect(shares.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 12);
    expect(shares.filter((share) => share > 0)).toHaveLength(how === 'best' ? 1 : rows.length);
    expect(agree(found.labelLogprobs, record.labelLogprobs)).toBe(true);
  });

  it('are the first one and those of the prior under a calibration, whose shares are of the prior', async () => {
    const { record, found, asked } = await both({ calibrate: { type: 'kpc', sentences: 10, renormalise: false } });
    expect(found.answer.map(({ text }) => text)).toEqual([record.segments.map(({ text }) => text).join('')]);
    expect(found.prior.length).toBeGreaterThan(1);
    for (const { text } of found.prior) expect(asked).toContain(text);
    const mean = logMean(found.prior.map(({ logprobs }) => logprobs)).map(Math.exp);
    mean.forEach((p, i) => {
      expect(p).toBeCloseTo(record.prior?.[i] ?? Number.NaN, 12);
    });
    const lines = priorLines(found, 1);
    expect(lines.reduce((sum, { share }) => sum + (share ?? 0), 0)).toBeCloseTo(1, 12);
    expect(lines.map(({ share }) => share)).toEqual(
      [...lines].map(({ share }) => share).sort((a, b) => (b ?? 0) - (a ?? 0)),
    );
    expect((lines.reduce((sum, { probability }) => sum + (probability ?? 0), 0) / lines.length).toFixed(9)).toBe(
      record.prior?.[1]?.toFixed(9),
    );
  });

  it('are one a label word where the text is scored after the label, and tell of that label alone', async () => {
    const { record, found, asked } = await both({ answer: { type: 'channel' } });
    const labels = found.answer.map((prompt) => (prompt.kind === 'label' ? prompt.label : -1));
    expect(new Set(labels)).toEqual(new Set([0, 1]));
    expect(new Set(found.answer.map(({ text }) => text))).toEqual(new Set(asked));
    for (const { share } of answerLines(found)) expect(share).toBeNull();
    expect(agree(found.labelLogprobs, record.labelLogprobs)).toBe(true);
    expect(
      agree(
        found.labelLogprobs,
        record.labelLogprobs.map((x) => x + 0.01),
      ),
    ).toBe(false);
  });

  it('are none where no model is asked', async () => {
    expect((await both({ answer: { type: 'vote' } })).found).toBeNull();
  });

  it('are told apart by the line before the cue', () => {
    expect(tailOf('Sort.\n\nText: N/A\nTopic:')).toBe('Text: N/A');
    expect(tailOf('The capital of France is')).toBe('The capital of France is');
    expect(tailOf('Topic:')).toBe('Topic:');
  });

  it('have no weights where each tells of its own label', () => {
    expect(weightsOf('own', [[-1], [-2]])).toBeNull();
    expect(weightsOf('single', [[-1]])).toEqual([1]);
  });
});
