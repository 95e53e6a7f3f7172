import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { textTable } from '../../src/cli/output.ts';
import { assets, loadModel } from '../../src/cli/resources.ts';
import { loadDataset } from '../../src/core/data/bundled.ts';
import type { Dataset } from '../../src/core/data/example.ts';
import { ownDataset } from '../../src/core/data/own.ts';
import { loadKnowledge } from '../../src/core/knowledge/load.ts';
import { wilson } from '../../src/core/metrics/wilson.ts';
import { runExperiment } from '../../src/core/run/run.ts';
import { parseSpec } from '../../src/core/run/spec.ts';
import { agnews, asData, dataFolder, hasData, intents, sst2, trec, type Words } from './data.ts';
import { factMeasures } from './knowledge.ts';
import { heldOutPerplexity, samples } from './text.ts';

/**
 * The goals of the embedded model, measured from the shipped files through the shipped engine: `npm run eval:model`.
 * Public sets come from KNOWSHOT_DATA; without them only the bundled sets and the knowledge base are measured.
 * `--json FILE` keeps the figures, with text that the model writes, for its card.
 */
const { values } = parseArgs({
  options: {
    model: { type: 'string', default: 'knowshot-mini' },
    limit: { type: 'string', default: '100000' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
  },
});

interface Measure {
  readonly what: string;
  readonly goal: string;
  readonly right: number;
  readonly n: number;
  readonly low: number;
  readonly high: number;
}

const model = await loadModel({ engine: 'embedded', id: values.model });
const knowledge = await loadKnowledge(assets);
const measures = measured();

/** What an earlier, interrupted evaluation of these very files has in the JSON file. */
function measured(): Measure[] {
  if (values.json === undefined || !existsSync(values.json)) return [];
  const kept = JSON.parse(readFileSync(values.json, 'utf8')) as { files: unknown; measures: Measure[] };
  return JSON.stringify(kept.files) === JSON.stringify(model.identity.files) ? kept.measures : [];
}

function keep(text: Record<string, unknown>): void {
  if (values.json === undefined) return;
  const { id, revision, backend, precision, files } = model.identity;
  const all = { model: id, revision, backend, precision, files, measures, ...text };
  writeFileSync(values.json, `${JSON.stringify(all, null, 1)}\n`);
}

async function accuracy(dataset: Dataset, select: string, shots: number): Promise<{ right: number; n: number }> {
  const parsed = parseSpec({
    version: 1,
    data: { id: dataset.id },
    model: { engine: 'embedded', id: values.model },
    arms: [{ id: 'a', name: select, select: { type: select }, shots }],
    limit: Number(values.limit),
  });
  if (!parsed.ok) throw new Error(parsed.problem);
  const { summary } = await runExperiment({ spec: parsed.spec, dataset, knowledge, model });
  return { right: summary[0]?.correct ?? 0, n: summary[0]?.n ?? 0 };
}

async function measure(what: string, goal: string, result: () => Promise<{ right: number; n: number }>): Promise<void> {
  if (!what.includes(values.only) || measures.some((m) => m.what === what)) return;
  const started = Date.now();
  const { right, n } = await result();
  const { low, high } = wilson(right, n);
  measures.push({ what, goal, right, n, low, high });
  keep({});
  console.error(
    `${what}: ${((100 * right) / n).toFixed(1)} [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}] n=${n} (${((Date.now() - started) / 1000).toFixed(0)} s)`,
  );
}

const own = (task: ReturnType<typeof sst2>, words: Words) => ownDataset(asData(task, words));

async function publicSets(): Promise<void> {
  for (const [task, real, symbols] of [
    [sst2(), '80', '72'],
    [trec(), '80', '75'],
    [agnews(), '85', '85'],
  ] as const) {
    await measure(`${task.name}, 8 random demos`, real, () => accuracy(own(task, 'real'), 'balanced', 8));
    await measure(`${task.name}, 8 nearest demos`, real, () => accuracy(own(task, 'real'), 'topk', 8));
    await measure(`${task.name}, no demos`, '', () => accuracy(own(task, 'real'), 'random', 0));
    await measure(`${task.name}, symbols, 16 nearest demos`, symbols, () => accuracy(own(task, 'symbols'), 'topk', 16));
  }
  for (const [name, select, goal] of [
    ['nearest', 'topk', '95'],
    ['2 of each class', 'balanced', '75'],
  ] as const) {
    await measure(`held-out intents, 5 ways, symbols, 10 demos: ${name}`, goal, async () => {
      const total = { right: 0, n: 0 };
      for (let episode = 0; episode < 25; episode++) {
        const { right, n } = await accuracy(ownDataset(asData(intents(episode), 'symbols', episode)), select, 10);
        total.right += right;
        total.n += n;
      }
      return total;
    });
  }
  await measure('SST-2 dev flipped, 16 random demos', '60', () => accuracy(own(sst2(), 'flipped'), 'balanced', 16));
  await measure('SST-2 dev flipped, 16 nearest demos', '60', () => accuracy(own(sst2(), 'flipped'), 'topk', 16));
}

if (hasData()) await publicSets();
else console.error(`skipped: the public sets, as there is no ${dataFolder}; set KNOWSHOT_DATA`);
for (const id of ['sentiment', 'topic', 'question-type']) {
  const dataset = await loadDataset(assets, id);
  await measure(`bundled ${id}, 8 random demos`, '', () => accuracy(dataset, 'balanced', 8));
  await measure(`bundled ${id}, 8 nearest demos`, '', () => accuracy(dataset, 'topk', 8));
}
for (const { what, goal, result } of await factMeasures(model, knowledge, assets, Number(values.limit))) {
  await measure(what, goal, result);
}

console.log(
  `${model.identity.id} ${model.identity.revision}, ${model.identity.backend}, ${model.identity.precision}\n`,
);
console.log(
  textTable([
    ['what', 'goal %', '%', '95 % interval', 'n'],
    ...measures.map(({ what, goal, right, n, low, high }) => {
      return [
        what,
        goal,
        ((100 * right) / n).toFixed(1),
        `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)}`,
        String(n),
      ];
    }),
  ]),
);
if (values.json !== undefined) {
  keep({ perplexity: hasData() ? await heldOutPerplexity(model) : null, samples: await samples(model) });
}
model.dispose();
