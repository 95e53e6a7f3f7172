import { EngineError } from '../../core/model/engine-error.ts';
import { buildPrefixTree } from '../../core/run/prefix-tree.ts';
import type { Slices } from '../slices.ts';
import type { Core } from './core.ts';
import { requireFits, withStart } from './core.ts';

/** Mean hidden state after `layer` layers over a text's tokens, the start token not among them, minus the model's mean embedding. */
export async function embed(
  core: Core,
  texts: readonly string[],
  layer: number,
  slices: Slices,
): Promise<Float32Array[]> {
  const width = core.config.hidden;
  const sequences = await slices.map(texts, (text, index) => {
    const tokens = withStart(core, text);
    if (tokens.length < 2)
      throw new EngineError('bad-request', `Text ${index + 1} is empty and has no embedding. Leave it out.`, {
        recoverable: true,
      });
    requireFits(core, tokens.length, `Text ${index + 1}`);
    return tokens;
  });
  const plan = buildPrefixTree(sequences);
  const ends = new Map<number, number[]>();
  for (const [index, node] of plan.end.entries()) ends.set(node, [...(ends.get(node) ?? []), index]);
  const vectors: Float32Array[] = new Array(texts.length);
  // Nodes are answered depth first, so the sum of the node above is always the last one of its depth.
  const sums = [new Float64Array(width), new Float64Array(width)];
  const mean = core.weights.embeddingMean;
  const onHidden = (node: number, slot: number) => {
    const depth = plan.depth[node] as number;
    const above = sums[depth - 1] as Float64Array;
    sums[depth] ??= new Float64Array(width);
    const sum = sums[depth];
    for (let i = 0; i < width; i++) sum[i] = (above[i] as number) + (core.hidden[slot * width + i] as number);
    for (const index of ends.get(node) ?? [])
      vectors[index] = Float32Array.from(sum, (value, i) => value / (depth - 1) - (mean?.[i] ?? 0));
  };
  await core.walker.walk(
    { plan, wanted: Uint8Array.from(plan.depth, (depth) => (depth > 1 ? 1 : 0)), onHidden, layers: layer },
    slices,
  );
  return vectors;
}
