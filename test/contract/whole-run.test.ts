import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/core/data/bundled.ts';
import { loadKnowledge } from '../../src/core/knowledge/load.ts';
import type { EngineError } from '../../src/core/model/engine-error.ts';
import { memoryJournal } from '../../src/core/run/journal.ts';
import type { CellRecord } from '../../src/core/run/record.ts';
import { runExperiment } from '../../src/core/run/run.ts';
import { parseSpec, type RunSpec } from '../../src/core/run/spec.ts';
import { fsAssets } from '../../src/engines/assets/fs-assets.ts';
import { loadEmbeddedInNode } from '../../src/engines/embedded/node.ts';

const publicDir = fileURLToPath(new URL('../../public/', import.meta.url));
const there = existsSync(`${publicDir}models/knowshot-mini/manifest.json`);
const assets = fsAssets(publicDir);

function specOf(arms: readonly Record<string, unknown>[], limit: number): RunSpec {
  const parsed = parseSpec({
    version: 1,
    data: { id: 'topic' },
    model: { engine: 'embedded', id: 'knowshot-mini' },
    arms: arms.map((arm, i) => ({ id: `arm-${i}`, name: `Arm ${i}`, shots: 8, ...arm })),
    limit,
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.spec;
}

const inputs = async () => ({
  dataset: await loadDataset(assets, 'topic'),
  knowledge: await loadKnowledge(assets),
  model: await loadEmbeddedInNode({ modelId: 'knowshot-mini', publicDir }),
});

const random = { select: { type: 'random' } };
const logprobs = (cells: readonly CellRecord[]) => cells.map((cell) => [cell.armId, cell.queryId, cell.labelLogprobs]);

describe.skipIf(!there)('an experiment on the embedded model', () => {
  it('with 8 fixed demos, 4 labels and CC computes at most a quarter of the tokens asked', async () => {
    const { usage } = await runExperiment({
      spec: specOf([{ ...random, calibrate: { type: 'cc' } }], 40),
      ...(await inputs()),
    });
    expect(usage.computed).toBeLessThanOrEqual(0.25 * usage.asked);
  }, 60_000);

  it('gives the same log-probabilities for an arm whatever other arms run beside it', async () => {
    const all = await inputs();
    const topk = { select: { type: 'topk' } };
    const beside = await runExperiment({
      spec: specOf([topk, random, { select: { type: 'ker-query' }, calibrate: { type: 'kpc' } }], 6),
      ...all,
    });
    const alone = await runExperiment({ spec: specOf([topk], 6), ...(await inputs()) });
    expect(logprobs(alone.cells)).toEqual(logprobs(beside.cells.filter((cell) => cell.armId === 'arm-0')));
  }, 60_000);

  it('that is stopped in the middle loses no finished cell and ends with the same numbers', async () => {
    const all = await inputs();
    const spec = specOf([random, { select: { type: 'bm25' } }], 30);
    const journal = memoryJournal();
    const controller = new AbortController();
    const finished: CellRecord[] = [];
    const stopped = runExperiment({
      spec,
      ...all,
      journal,
      signal: controller.signal,
      onEvent(event) {
        if (event.type !== 'cells') return;
        finished.push(...event.cells);
        if (event.done >= 20) controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'aborted', recoverable: true } satisfies Partial<EngineError>);
    expect(finished.length).toBeGreaterThanOrEqual(20);
    const whole = await runExperiment({ spec, ...all, journal });
    const fresh = await runExperiment({ spec, ...(await inputs()) });
    expect(whole.reusedCells).toBe(finished.length);
    expect(whole.cells).toEqual(fresh.cells);
  }, 60_000);
});
