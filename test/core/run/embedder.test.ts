import { describe, expect, it } from 'vitest';
import type { LanguageModel } from '../../../src/core/model/language-model.ts';
import { memoryJournal } from '../../../src/core/run/journal.ts';
import { runExperiment } from '../../../src/core/run/run.ts';
import { parseSpec } from '../../../src/core/run/spec.ts';
import { fakeModel } from '../../support/fake-model.ts';
import { goldenKnowledge, smallDataset } from '../../support/small-world.ts';

const ARMS = [
  { id: 'model', name: 'Model', select: { type: 'topk' }, shots: 2 },
  { id: 'sentence', name: 'Sentence', select: { type: 'topk', embedding: 'sentence' }, shots: 2 },
];

function specOf(change: Record<string, unknown> = {}) {
  const parsed = parseSpec({
    version: 1,
    data: { id: smallDataset().id },
    model: { engine: 'fake', id: 'fake' },
    embedder: { id: 'owner/name:q8' },
    arms: ARMS,
    ...change,
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.spec;
}

/** Sees nothing of a text but its length; texts as long as the query come first. */
function byLength(change: Partial<LanguageModel['identity']> = {}) {
  const base = fakeModel();
  const seen: string[] = [];
  const embedder: LanguageModel = {
    ...base,
    identity: { ...base.identity, engine: 'transformers', id: 'owner/name:q8', revision: 'r1', ...change },
    capabilities: new Set(['embed'] as const),
    embed: async (texts) => {
      seen.push(...texts);
      return texts.map((text) => Float32Array.of(Math.cos(text.length / 60), Math.sin(text.length / 60)));
    },
    score: () => Promise.reject(new Error('an embedder is not asked to score')),
  };
  return { embedder, seen };
}

const run = (input: Partial<Parameters<typeof runExperiment>[0]> = {}) =>
  runExperiment({
    spec: specOf(),
    dataset: smallDataset(),
    knowledge: goldenKnowledge(),
    model: fakeModel(),
    ...input,
  });

describe('a sentence embedder beside the model', () => {
  it('makes the vectors of the arms that say so, and of no others', async () => {
    const { embedder, seen } = byLength();
    const model = fakeModel();
    const dataset = smallDataset();
    const record = await run({ embedder, model });
    const length = new Map([...dataset.demoPool, ...dataset.evalSet].map(({ id, text }) => [id, text.length]));
    const nearest = (queryId: string) =>
      Math.min(
        ...dataset.demoPool.map(({ id }) => Math.abs((length.get(id) as number) - (length.get(queryId) as number))),
      );
    const of = (armId: string) => record.cells.filter((cell) => cell.armId === armId);
    for (const { demos, queryId } of of('sentence')) {
      const last = demos.at(-1);
      expect(Math.abs((length.get(last?.id ?? '') as number) - (length.get(queryId) as number))).toBe(nearest(queryId));
      expect(last?.why.reason).toBe('most similar by sentence embedding');
    }
    expect(of('model')[0]?.demos[0]?.why.reason).toBe('most similar by model embedding');
    expect(new Set(seen).size).toBe(seen.length);
    expect(model.calls.embed).toBeGreaterThan(0);
    expect(record.embedder).toEqual(embedder.identity);
  });

  it('is not asked again by the next run, and gives it the same demos', async () => {
    const { embedder, seen } = byLength();
    const first = await run({ embedder });
    const asked = seen.length;
    const again = await run({ embedder });
    expect(seen.length).toBe(asked);
    expect(again.cells.map(({ demos }) => demos)).toEqual(first.cells.map(({ demos }) => demos));
  });

  it('serves a model that embeds nothing itself', async () => {
    const model = fakeModel({ capabilities: ['logprobs'] });
    const record = await run({ spec: specOf({ arms: [ARMS[1]] }), model, embedder: byLength().embedder });
    expect(record.cells.every(({ prediction }) => prediction.kind === 'label')).toBe(true);
  });

  it('is refused with the reason where none is there, and is not asked where no arm wants it', async () => {
    await expect(run()).rejects.toThrow(/"Sentence" cannot be run.*none is chosen.*--embedder/u);
    const { embedder, seen } = byLength();
    const record = await run({ spec: specOf({ arms: [ARMS[0]] }), embedder });
    expect(seen).toEqual([]);
    expect(record.embedder).toBeUndefined();
  });

  it('is part of what answers are kept by: another one answers anew, and only its own arms', async () => {
    const journal = memoryJournal();
    const { cells } = await run({ embedder: byLength().embedder, journal });
    expect((await run({ embedder: byLength().embedder, journal })).reusedCells).toBe(cells.length);
    const other = await run({ embedder: byLength({ revision: 'r2' }).embedder, journal });
    expect(other.reusedCells).toBe(cells.length / 2);
  });

  it('that is another than the link was made with is said', async () => {
    const spec = specOf({ embedder: { id: 'owner/name:q8', revision: 'r0' } });
    const { notices } = await run({ spec, embedder: byLength().embedder });
    expect(notices.map(({ code }) => code)).toContain('embedder-changed');
    expect((await run({ embedder: byLength().embedder })).notices.map(({ code }) => code)).not.toContain(
      'embedder-changed',
    );
  });

  it('says how many texts it cannot read', async () => {
    const { embedder } = byLength();
    const { notices } = await run({ embedder: { ...embedder, contextLength: 3 } });
    expect(notices.find(({ code }) => code === 'embedder-long')?.text).toMatch(/longer than the 2 tokens/u);
  });

  it.each(['a b/c', '../x', 'https://x/y', 'a/b/c'])('has an id that a spec refuses otherwise: %j', (id) => {
    expect(() => specOf({ embedder: { id } })).toThrow(/embedder/u);
  });
});
