/** P2: tokens computed against the nodes of the ideal prefix tree, with an ample cache and with 32 MB. */

import { publicDir } from '../src/cli/resources.ts';
import { promptText, renderSegments } from '../src/core/prompt/render.ts';
import { shuffled, stream } from '../src/core/random/stream.ts';
import { buildPrefixTree } from '../src/core/run/prefix-tree.ts';
import { loadEmbeddedInNode } from '../src/engines/embedded/node.ts';
import { bundled, MODEL_ID } from './lib/experiments.ts';
import { keep } from './lib/measure.ts';

const dataset = await bundled('topic');
const words = dataset.labels.map((label) => ` ${label.words[0]}`);
const word = (label: string) => dataset.labels.find((l) => l.id === label)?.words[0] ?? label;
const demos = shuffled(dataset.demoPool, stream(1, 'p2'))
  .slice(0, 8)
  .map((example) => ({ example, word: word(example.label) }));
const queries = dataset.evalSet.slice(0, 200);
const fixed = queries.map((query) => promptText(renderSegments({ template: dataset.template, demos, query } as never)));
const perQuery = queries.map((query, i) =>
  promptText(
    renderSegments({
      template: dataset.template,
      demos: shuffled(dataset.demoPool, stream(1, 'p2', i))
        .slice(0, 8)
        .map((example) => ({ example, word: word(example.label) })),
      query,
    } as never),
  ),
);

const rows: { what: string; cacheMiB: number; computed: number; ideal: number; ratio: number }[] = [];
for (const [what, prompts] of [
  ['fixed demos', fixed],
  ['demos of each query', perQuery],
] as const) {
  for (const cacheMiB of [512, 32]) {
    const model = await loadEmbeddedInNode({ modelId: MODEL_ID, publicDir, cacheBytes: cacheMiB * 2 ** 20 });
    const mixed = shuffled(prompts, stream(2, 'p2'));
    const requests = mixed.map((prompt) => ({ prompt, continuations: words }));
    const { usage } = await model.score(requests);
    const sequences: number[][] = [];
    for (const { prompt, continuations } of requests) {
      const ids = await model.tokenize(continuations.map((c) => prompt + c));
      for (const tokens of ids) sequences.push([1, ...tokens.slice(0, -1)]);
    }
    const ideal = buildPrefixTree(sequences).size;
    rows.push({ what, cacheMiB, computed: usage.computed, ideal, ratio: usage.computed / ideal });
    model.dispose();
  }
}
const worst = (cacheMiB: number) => Math.max(...rows.filter((r) => r.cacheMiB === cacheMiB).map((r) => r.ratio));
keep({
  id: 'p2',
  title: 'Tokens computed / nodes of the ideal prefix tree',
  goal: '1.00 with an ample cache, at most 1.10 at 32 MB',
  figure: `${worst(512).toFixed(3)} ample, ${worst(32).toFixed(3)} at 32 MB`,
  met: worst(512) <= 1.0005 && worst(32) <= 1.1,
  notes: rows.map((r) => `${r.what}, ${r.cacheMiB} MiB: ${r.computed} computed, ${r.ideal} distinct`),
  raw: rows,
});
