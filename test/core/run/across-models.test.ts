import { describe, expect, it } from 'vitest';
import type { LanguageModel } from '../../../src/core/model/language-model.ts';
import type { RunEvent } from '../../../src/core/run/events.ts';
import { memoryJournal } from '../../../src/core/run/journal.ts';
import { modelsOf } from '../../../src/core/run/models.ts';
import { runExperiment } from '../../../src/core/run/run.ts';
import { type ModelChoice, parseSpec, type RunSpec } from '../../../src/core/run/spec.ts';
import { fakeModel } from '../../support/fake-model.ts';
import { goldenKnowledge, smallDataset } from '../../support/small-world.ts';

const ONE: ModelChoice = { engine: 'fake', id: 'one' };
const TWO: ModelChoice = { engine: 'fake', id: 'two' };

/** Each model gives one label always, and not the same. */
function named({ id }: ModelChoice): LanguageModel & { readonly asked: string[] } {
  const model = fakeModel({ logprob: (_, word) => ((word === ' place') === (id === 'one') ? -0.2 : -3) });
  return { ...model, identity: { ...model.identity, id }, asked: model.scoredPrompts };
}

function specOf(models: readonly (ModelChoice | undefined)[]): RunSpec {
  const parsed = parseSpec({
    version: 1,
    data: { id: 'small' },
    model: ONE,
    arms: models.map((model, i) => ({
      id: `arm-${i}`,
      name: `Arm ${i}`,
      select: { type: 'random' },
      shots: 2,
      ...(model === undefined ? {} : { model }),
    })),
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.spec;
}

function run(spec: RunSpec, more: Partial<Parameters<typeof runExperiment>[0]> = {}) {
  const loads: string[] = [];
  const events: RunEvent[] = [];
  const record = runExperiment({
    spec,
    dataset: smallDataset(),
    knowledge: goldenKnowledge(),
    model: named(spec.model),
    modelFor: async (choice) => {
      loads.push(choice.id);
      return named(choice);
    },
    onEvent: (event) => events.push(event),
    ...more,
  });
  return { record, loads, events };
}

describe('arms with models of their own', () => {
  it('give the numbers that each model gives alone', async () => {
    const both = await run(specOf([undefined, TWO])).record;
    const one = await run(specOf([undefined])).record;
    const two = await run({ ...specOf([undefined]), model: TWO }, { model: named(TWO) }).record;
    const numbers = (record: typeof both, arm: string) =>
      record.cells.filter((cell) => cell.armId === arm).map((cell) => [cell.key, cell.labelLogprobs, cell.prediction]);
    expect(numbers(both, 'arm-0')).toEqual(numbers(one, 'arm-0'));
    expect(numbers(both, 'arm-1')).toEqual(numbers(two, 'arm-0'));
    expect(numbers(both, 'arm-0')).not.toEqual(numbers(both, 'arm-1'));
  });

  it('read the same prompts where examples are drawn at random', async () => {
    const { cells } = await run(specOf([undefined, TWO])).record;
    const prompts = (arm: string) => cells.filter((cell) => cell.armId === arm).map((cell) => cell.segments);
    expect(prompts('arm-1')).toEqual(prompts('arm-0'));
  });

  it('load each model once, one after another, whatever the order of the arms', async () => {
    const { record, loads } = run(specOf([TWO, undefined, TWO, ONE]));
    const { cells, models } = await record;
    expect(loads).toEqual(['one', 'two']);
    expect(models?.map(({ model, arms }) => [model.id, arms])).toEqual([
      ['one', ['arm-1', 'arm-3']],
      ['two', ['arm-0', 'arm-2']],
    ]);
    expect([...new Set(cells.map((cell) => cell.armId))]).toEqual(['arm-0', 'arm-1', 'arm-2', 'arm-3']);
  });

  it('are summarised and tested against the first arm together', async () => {
    const { summary } = await run(specOf([undefined, TWO])).record;
    expect(summary.map(({ armId, n }) => [armId, n])).toEqual([
      ['arm-0', 6],
      ['arm-1', 6],
    ]);
    // Half of the queries have each label.
    expect(summary[1]?.mcnemar).toMatchObject({ n: 6, gained: 3, lost: 3 });
  });

  it('tell progress over all models', async () => {
    const { record, events } = run(specOf([undefined, TWO]));
    const { usage } = await record;
    expect(events.filter((event) => event.type === 'started')).toEqual([{ type: 'started', total: 12 }]);
    const cells = events.filter((event) => event.type === 'cells');
    expect(cells.map(({ done }) => done)).toEqual([...cells.map(({ done }) => done)].sort((a, b) => a - b));
    expect(cells.at(-1)).toMatchObject({ done: 12, total: 12, usage });
  });

  it('go on from the journal without computing anything again', async () => {
    const journal = memoryJournal();
    const first = await run(specOf([undefined, TWO]), { journal }).record;
    const again = await run(specOf([undefined, TWO]), { journal }).record;
    expect(again.reusedCells).toBe(12);
    expect(again.cells).toEqual(first.cells);
  });

  it('are refused where only one model is at hand, never answered by another', async () => {
    await expect(run(specOf([undefined, TWO]), { modelFor: undefined }).record).rejects.toThrow('model of its own');
    await expect(run(specOf([TWO]), { modelFor: undefined }).record).rejects.toThrow('model of its own');
  });

  it('leave out the model of the experiment where no arm uses it', () => {
    expect(modelsOf(specOf([TWO, TWO]))).toEqual([TWO]);
  });
});

describe('prompts in a chat template', () => {
  const CHAT = { before: '<user>', after: '</user><model>' };
  const chatting = (choice: ModelChoice) => ({ ...named(choice), chat: CHAT });
  const asChat: ModelChoice = { ...ONE, prompt: 'chat' };

  it('stand beside plain ones as two arms of one model: all but the label’s line is the user’s turn', async () => {
    const models: LanguageModel[] = [];
    const { cells } = await run(specOf([undefined, asChat]), {
      modelFor: async (choice) => {
        models.push(chatting(choice));
        return models.at(-1) as LanguageModel;
      },
    }).record;
    const text = (arm: string) =>
      cells
        .find((cell) => cell.armId === arm)
        ?.segments.map((s) => s.text)
        .join('') ?? '';
    const cut = text('arm-0').lastIndexOf('Topic:');
    expect(text('arm-1')).toBe(`<user>${text('arm-0').slice(0, cut)}</user><model>Topic:`);
    expect(new Set(cells.map((cell) => cell.key)).size).toBe(cells.length);
  });

  it('are those of every prompt that a calibration asks as well', async () => {
    const model = chatting(asChat);
    const spec = specOf([undefined]);
    const [arm] = spec.arms;
    if (arm === undefined) throw new Error('no arm');
    await run({ ...spec, model: asChat, arms: [{ ...arm, calibrate: { type: 'cc' } as never }] }, { model }).record;
    expect(model.asked.length).toBeGreaterThan(6);
    expect(model.asked.every((prompt) => prompt.startsWith('<user>') && prompt.endsWith('</user><model>Topic:'))).toBe(
      true,
    );
  });

  it('let a rumination write in the model’s turn, and show it in the user’s; in one call it is refused', async () => {
    const written: string[] = [];
    const model = chatting(asChat);
    const generate: LanguageModel['generate'] = (requests, options) => {
      written.push(...requests.map(({ prompt }) => prompt));
      return model.generate(requests, options);
    };
    const spec = specOf([undefined]);
    const with_ = (ruminate: object): RunSpec => ({
      ...spec,
      model: asChat,
      arms: spec.arms.map((arm) => ({ ...arm, ruminate: ruminate as RunSpec['arms'][number]['ruminate'] })),
    });
    const background = { type: 'background', tokens: 8, temperature: 0 };
    const { cells } = await run(with_(background), { model: { ...model, generate } }).record;
    expect(written.length).toBeGreaterThan(0);
    expect(written.every((prompt) => /^<user>[^<]+\n<\/user><model>As far as I know,$/u.test(prompt))).toBe(true);
    for (const { segments, thought } of cells) {
      const text = segments.map((segment) => segment.text).join('');
      expect(thought?.text).toMatch(/^As far as I know, \w+/u);
      expect(text.endsWith(`${thought?.text}\n</user><model>Topic:`)).toBe(true);
    }
    const oneCall = { ...background, type: 'one-call', shown: 'written' };
    await expect(run(with_(oneCall), { model }).record).rejects.toThrow('a chat parts the two by turns');
  });

  it('are refused of a model that has no template', async () => {
    await expect(run({ ...specOf([undefined]), model: asChat }).record).rejects.toThrow('no chat template');
  });
});
