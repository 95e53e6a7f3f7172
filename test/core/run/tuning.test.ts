import { describe, expect, it } from 'vitest';
import { parseArm } from '../../../src/cli/arm.ts';
import { decodeLink, encodeLink } from '../../../src/core/link/link.ts';
import type { LanguageModel } from '../../../src/core/model/language-model.ts';
import type { Latent, PrefixGradientRequest } from '../../../src/core/model/latent.ts';
import type { CellRecord, RunRecord } from '../../../src/core/run/record.ts';
import { type RunInput, runExperiment } from '../../../src/core/run/run.ts';
import { parseSpec, type RunSpec } from '../../../src/core/run/spec.ts';
import { loadEmbedded } from '../../../src/engines/embedded/load.ts';
import { readKernels } from '../../../src/engines/embedded/node.ts';
import { tinyModel } from '../../engines/embedded/tiny-model.ts';
import { fakeModel } from '../../support/fake-model.ts';
import { goldenKnowledge, smallDataset } from '../../support/small-world.ts';

const PREFIX = 'tune=prefix,length=3,items=8,steps=3';
const RANDOM = 'tune=random-prefix,length=3';

function specOf(arms: readonly string[], changes: Record<string, unknown> = {}): RunSpec {
  const parsed = parseSpec({
    version: 1,
    data: { id: 'small' },
    model: { engine: 'fake', id: 'hash' },
    limit: 3,
    arms: arms.map((text, i) => ({ ...parseArm(`select=random,k=1,${text}`, i), id: `a${i}` })),
    ...changes,
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.spec;
}

const engine = tinyModel({ context: 1000 }).then(({ assets }) =>
  loadEmbedded({ modelId: 'tiny', assets, wasm: readKernels }),
);

/** The engine, with every request for a gradient or a score of a changed model noted. */
async function watched() {
  const model = await engine;
  const latent = model.latent as Latent;
  const gradients: PrefixGradientRequest[] = [];
  const changed: Parameters<Latent['score']>[0][number][] = [];
  const spy: LanguageModel = {
    identity: model.identity,
    capabilities: model.capabilities,
    contextLength: model.contextLength,
    selfTest: model.selfTest,
    tokenize: (...args) => model.tokenize(...args),
    score: (...args) => model.score(...args),
    generate: (...args) => model.generate(...args),
    embed: (...args) => model.embed(...args),
    dispose: () => {},
    latent: {
      ...latent,
      prefixGradient: (request, options) => {
        gradients.push(request);
        return latent.prefixGradient(request, options);
      },
      score: (requests, options) => {
        changed.push(...requests);
        return latent.score(requests, options);
      },
    },
  };
  return { model: spy, gradients, changed };
}

const run = async (spec: RunSpec, setup: Partial<RunInput> = {}): Promise<RunRecord> =>
  runExperiment({ spec, dataset: smallDataset(), knowledge: goldenKnowledge(), model: await engine, ...setup });
const ofArm = ({ cells }: RunRecord, arm: number): CellRecord[] => cells.filter(({ armId }) => armId === `a${arm}`);
const logprobs = (cells: readonly CellRecord[]) => cells.map((cell) => cell.labelLogprobs);

describe('an arm that tunes a prefix', { timeout: 120_000 }, () => {
  it('learns on items of the pool alone, none of them a query or a demo', async () => {
    const { model, gradients } = await watched();
    const record = await run(specOf([PREFIX]), { model });
    const dataset = smallDataset();
    const shown = new Set(ofArm(record, 0).flatMap(({ demos }) => demos.map(({ id }) => id)));
    expect(shown.size).toBe(1);
    const asked = gradients.flatMap(({ examples }) => examples.map(({ prompt }) => prompt));
    const lastText = (prompt: string) => prompt.slice(prompt.lastIndexOf('Sentence: ') + 10).split('\n')[0];
    const learned = new Set(asked.map(lastText));
    const mayBe = dataset.demoPool.filter(({ id }) => !shown.has(id)).map(({ text }) => text);
    expect(learned.size).toBe(8);
    for (const text of learned) expect(mayBe).toContain(text);
    for (const { text } of dataset.evalSet) for (const prompt of asked) expect(prompt).not.toContain(text);
    expect(gradients.map(({ examples }) => examples.length)).toEqual([8, 8, 8]);
  });

  it('tells what it cost beside what it gained, the same every time', async () => {
    const spec = specOf(['name=plain', PREFIX]);
    const record = await run(spec);
    const tuned = ofArm(record, 1);
    expect(logprobs(tuned)).not.toEqual(logprobs(ofArm(record, 0)));
    const learned = tuned[0]?.tuned?.learned;
    expect(learned).toMatchObject({ items: 8, steps: 3 });
    expect(learned?.tokens).toBeGreaterThan(3 * 8 * 5);
    expect(record.summary[1]?.learned).toEqual(learned);
    expect(record.summary[0]).not.toHaveProperty('learned');
    expect(ofArm(record, 0)[0]).not.toHaveProperty('tuned');
    expect(record.usage.computed).toBeGreaterThan(learned?.tokens as number);
    expect(ofArm(await run(spec), 1)).toEqual(tuned);
    const reseeded = ofArm(await run(specOf(['name=plain', `${PREFIX},seed=2`])), 1);
    expect(logprobs(reseeded)).not.toEqual(logprobs(tuned));
  });

  it('is learned once for all arms and queries that it serves, and once more in each trial', async () => {
    const { model, gradients } = await watched();
    const record = await run(specOf([PREFIX, `${PREFIX},calibrate=cc`], { trials: 2 }), { model });
    expect(gradients).toHaveLength(2 * 3);
    const [first, second] = [0, 1].map((trial) => record.cells.find((cell) => cell.trial === trial)?.tuned?.learned);
    expect(record.summary[0]?.learned?.tokens).toBe((first?.tokens ?? 0) + (second?.tokens ?? 0));
  });

  it('asks the prior of the tuned model too, once for all queries', async () => {
    const { model, changed } = await watched();
    const record = await run(specOf(['calibrate=cc', `${PREFIX},calibrate=cc`]), { model });
    expect(ofArm(record, 1)[0]?.prior).not.toEqual(ofArm(record, 0)[0]?.prior);
    // One prompt a query, and three without content.
    expect(changed).toHaveLength(3 + 3);
    expect(new Set(changed.map(({ injection }) => injection.prefix)).size).toBe(1);
  });

  it('has a control that is the same vectors, untrained', async () => {
    const record = await run(specOf(['name=plain', RANDOM, `${PREFIX},learningRate=0.0001,steps=1`]));
    const [plain, random, hardly] = [0, 1, 2].map((arm) => logprobs(ofArm(record, arm)).flat()) as [
      number[],
      number[],
      number[],
    ];
    const apart = (a: number[], b: number[]) => Math.max(...a.map((x, i) => Math.abs(x - (b[i] as number))));
    expect(apart(random, plain)).toBeGreaterThan(0.01);
    expect(apart(random, hardly)).toBeLessThan(0.1 * apart(random, plain));
    expect(ofArm(record, 1)[0]?.tuned).toEqual({ places: 3, learned: null });
    expect(record.summary[1]).not.toHaveProperty('learned');
  });

  it('leaves its places free in the context', async () => {
    const model = await loadEmbedded({
      modelId: 'tiny',
      assets: (await tinyModel({ context: 230 })).assets,
      wasm: readKernels,
    });
    const spec = specOf(['k=8,name=plain', `k=8,${RANDOM},length=64`], { limit: 6 });
    const record = await run(spec, { model });
    const longest = (arm: number) => Math.max(...ofArm(record, arm).map(({ promptTokens }) => promptTokens));
    expect(longest(0)).toBeGreaterThan(230 - 64);
    expect(longest(1)).toBeLessThan(230 - 64);
    expect(ofArm(record, 1).every(({ prediction }) => prediction.kind === 'label')).toBe(true);
  });

  it('stops when asked to, and leaves the model ready', async () => {
    const controller = new AbortController();
    const phases: string[] = [];
    const stopped = run(specOf([`${PREFIX},steps=1000`]), {
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type !== 'phase') return;
        phases.push(event.text);
        if (event.text.includes('step 3 of 1000')) controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
    expect(phases.at(-1)).toMatch(/learning a prefix on 8 items, step 3 of 1000, loss \d/u);
    await expect(run(specOf(['name=plain']))).resolves.toBeDefined();
  });

  it('needs a pool to learn on', async () => {
    const dataset = smallDataset({ demoPool: smallDataset().demoPool.slice(0, 4) });
    await expect(run(specOf([PREFIX]), { dataset })).rejects.toThrow(/pool has 3.*larger pool/u);
  });

  it('is refused with what it does not go with, and by models whose inside is closed', async () => {
    await expect(run(specOf([`${PREFIX},ruminate=task`]))).rejects.toThrow(/Set ruminate to none, or tune to none/u);
    await expect(run(specOf([`${PREFIX},calibrate=temperature`]))).rejects.toThrow(/may have learned on them/u);
    await expect(run(specOf([`${PREFIX},answer=channel`]))).rejects.toThrow(/leaves nothing to tune/u);
    for (const arm of [PREFIX, RANDOM])
      await expect(run(specOf([arm]), { model: fakeModel() })).rejects.toThrow(
        /cannot be opened.*Choose another tuning, or another model/u,
      );
  });
});

describe('a spec with a tuning', () => {
  it('goes through a link, and without one is as it was before there was any', () => {
    const tuned = specOf([PREFIX]);
    const link = encodeLink({ spec: tuned });
    const opened = link.ok ? decodeLink(link.hash) : null;
    expect(opened?.ok && opened.payload.spec).toEqual(tuned);
    expect(tuned.arms[0]?.tune).toEqual({
      type: 'prefix',
      length: 3,
      items: 8,
      steps: 3,
      learningRate: 0.02,
      seed: 1,
    });
    expect(specOf(['tune=none']).arms[0]).not.toHaveProperty('tune');
  });
});
