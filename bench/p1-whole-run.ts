/**
 * P1 and P1b: a whole run of 8 demos x 4 labels + CC, against one full forward a prompt and label; `p1` or `p1b` runs one.
 * Where each query has demos of its own the naive side takes minutes a round and grows by the query, so P1b has fewer.
 */
import { publicDir } from '../src/cli/resources.ts';
import { promptText } from '../src/core/prompt/render.ts';
import type { RunRecord } from '../src/core/run/record.ts';
import { runExperiment } from '../src/core/run/run.ts';
import { loadEmbeddedInNode } from '../src/engines/embedded/node.ts';
import { bundled, experiment, knowledge, MODEL_ID } from './lib/experiments.ts';
import { keep, paired, ratios, spread, text } from './lib/measure.ts';
import { naiveModel } from './lib/ort.ts';

const dataset = await bundled('topic');
const naive = await naiveModel(MODEL_ID);
const words = dataset.labels.map((label) => ` ${label.words[0]}`);

/** The run, and every prompt that it scored: those of the queries, and those of its calibration. */
async function fast(select: string, queries: number) {
  const spec = experiment('topic', queries, { select: { type: select }, shots: 8, calibrate: { type: 'cc' } });
  const model = await loadEmbeddedInNode({ modelId: MODEL_ID, publicDir, threads: 1 });
  const asked = new Set<string>();
  const record = await runExperiment({
    spec,
    dataset,
    knowledge,
    model: Object.assign(Object.create(model), {
      identity: model.identity,
      capabilities: model.capabilities,
      contextLength: model.contextLength,
      selfTest: model.selfTest,
      tokenize: model.tokenize.bind(model),
      generate: model.generate.bind(model),
      embed: model.embed.bind(model),
      score: (requests: Parameters<typeof model.score>[0], options: Parameters<typeof model.score>[1]) => {
        for (const request of requests) asked.add(request.prompt);
        return model.score(requests, options);
      },
    }),
  });
  const ids = await model.tokenize([...asked].flatMap((prompt) => words.map((word) => prompt + word)));
  model.dispose();
  return { record, prompts: [...asked], sequences: ids.map((list) => [1, ...list]) };
}

/** The largest difference between the run's label log-probabilities and the naive ones. */
async function difference(
  record: RunRecord,
  sequences: readonly number[][],
  prompts: readonly string[],
): Promise<number> {
  let worst = 0;
  for (const cell of record.cells.slice(0, 20)) {
    const at = prompts.indexOf(promptText(cell.segments));
    for (const [k, value] of cell.labelLogprobs.entries()) {
      const [theirs] = await naive.logprobs(sequences[at * words.length + k] as number[], 1);
      worst = Math.max(worst, Math.abs(value - (theirs ?? Number.NaN)));
    }
  }
  return worst;
}

for (const [id, select, queries, what, goal] of [
  ['p1', 'random', 200, '8 fixed demos', 10],
  ['p1b', 'topk', 40, 'demos chosen per query (TopK)', 3],
] as const) {
  if (process.argv[2] !== undefined && process.argv[2] !== id) continue;
  const { record, prompts, sequences } = await fast(select, queries);
  const gap = await difference(record, sequences, prompts);
  const times = await paired({
    fast: () => fast(select, queries),
    naive: async () => {
      for (const sequence of sequences) await naive.logprobs(sequence, 1);
    },
  });
  const ratio = ratios(times.fast, times.naive);
  keep({
    id,
    title: `Whole run of ${queries} queries, ${what}, 4 labels, CC: against one full forward a prompt and label on onnxruntime-web`,
    goal: `at least ${goal}x`,
    figure: text(ratio, 1, 'x'),
    met: ratio.median >= goal,
    notes: [
      `Knowshot, loading the model among it: ${text(spread(times.fast), 2, ' s')}; naive: ${text(spread(times.naive), 1, ' s')}. Both in Node, one thread.`,
      `${record.usage.computed} tokens computed of ${record.usage.asked} asked; largest difference of 80 label log-probabilities: ${gap.toExponential(1)}.`,
    ],
    raw: times,
  });
}
