import type { PrefixGradient, PrefixGradientRequest, SolvedExample } from '../../../core/model/latent.ts';
import { buildPrefixTree, type PrefixTree, pathOf } from '../../../core/run/prefix-tree.ts';
import type { Slices } from '../../slices.ts';
import { changeOf } from '../change.ts';
import type { Core } from '../core.ts';
import { badRequest } from '../core.ts';
import { labelLoss, labelsFault, type PlacedExample, placesIn } from '../label-loss.ts';
import { type Item, tokenise } from '../score.ts';
import { keyWidth } from '../weights.ts';
import type { Frozen, FrozenLayer } from './frozen.ts';
import { type LayerPass, type LayerPrefix, layerBackward, layerForward } from './layer.ts';
import { Rope } from './rope.ts';
import { tokensOf } from './tokens.ts';

/** Tokens of one pass, if an example is not longer alone: for its way back a pass of the shipped model keeps 11 kB a token and layer. */
const MOST_TOKENS = 1024;

interface Part {
  readonly tree: PrefixTree;
  readonly examples: readonly PlacedExample<number>[];
}

/**
 * The gradient of the label loss with respect to a prefix: forward through the frozen layers, back from the places where labels
 * are told. Prefix tuning (Li and Liang 2021) without its reparametrisation.
 */
export async function prefixGradient(
  core: Core,
  frozen: Frozen,
  { examples, prefix }: PrefixGradientRequest,
  slices: Slices,
): Promise<PrefixGradient> {
  const { prefixCount: places } = changeOf(core.config, { prefix });
  const fault = labelsFault(examples) ?? (places === 0 ? 'the prefix has no places' : null);
  if (fault !== null) throw badRequest(`Cannot learn the prefix: ${fault}.`);
  const items = await slices.map(examples, (example) => tokenise(core, example, places).items);
  const keys = new Float32Array(prefix.keys.length);
  const values = new Float32Array(prefix.values.length);
  const layerOf = ({ keys, values }: LayerPrefix, layer: number): LayerPrefix => {
    const size = places * keyWidth(core.config);
    return {
      keys: keys.subarray(layer * size, (layer + 1) * size),
      values: values.subarray(layer * size, (layer + 1) * size),
    };
  };
  const rope = new Rope(core.config);
  const losses: number[] = [];
  let computed = 0;
  for (const { tree, examples: placed } of partsOf(examples, items)) {
    const tokens = tokensOf(tree, places);
    computed += tree.size;
    const passes: LayerPass[] = [];
    for (const [i, layer] of frozen.layers.entries()) {
      const input = passes[i - 1]?.output ?? frozen.embed(tokens.ids);
      passes.push(layerForward(frozen, layer, rope, tokens, layerOf(prefix, i), input));
      await slices.pause();
    }
    const final = passes.at(-1)?.output as Float32Array;
    let by: Float32Array | null = new Float32Array(final.length);
    for (const example of placed) {
      losses.push(lossInto(core, example, final, 1 / examples.length, by));
      await slices.pause();
    }
    for (let i = passes.length - 1; i >= 0 && by !== null; i--) {
      const [layer, pass] = [frozen.layers[i] as FrozenLayer, passes[i] as LayerPass];
      by = layerBackward(frozen, layer, rope, tokens, pass, by, layerOf({ keys, values }, i), i === 0);
      await slices.pause();
    }
  }
  const asked = items.flat().reduce((sum, item) => sum + places + item.tokens.length, 0);
  return { losses, keys, values, usage: { asked, computed } };
}

/** Adds the gradient of an example's loss with respect to the final states, and returns the loss. */
function lossInto(
  core: Core,
  example: PlacedExample<number>,
  final: Float32Array,
  share: number,
  byFinal: Float32Array,
): number {
  const { hidden } = core.config;
  const nodes = placesIn(example);
  const { loss, byStates } = labelLoss(
    core.head,
    example,
    nodes.map((node) => final.subarray(node * hidden, (node + 1) * hidden)),
  );
  for (const [i, node] of nodes.entries()) {
    const byState = byStates[i] as Float64Array;
    for (let d = 0; d < hidden; d++)
      byFinal[node * hidden + d] = (byFinal[node * hidden + d] as number) + share * (byState[d] as number);
  }
  return loss;
}

/** Examples in their order, as many together as fit a pass. */
function* partsOf(examples: readonly SolvedExample[], items: readonly (readonly Item[])[]): Generator<Part> {
  let first = 0;
  while (first < examples.length) {
    let end = first + 1;
    let tree = treeOf(items.slice(first, end));
    while (end < examples.length) {
      const larger = treeOf(items.slice(first, end + 1));
      if (larger.size > MOST_TOKENS) break;
      tree = larger;
      end++;
    }
    let text = 0;
    const placed = examples.slice(first, end).map(
      ({ labels, gold }, i): PlacedExample<number> => ({
        labels,
        gold,
        continuations: (items[first + i] ?? []).map(({ tokens, from }) => {
          const path = pathOf(tree, text++);
          return tokens.slice(from).map((token, t) => ({ place: path[from + t - 1] as number, token }));
        }),
      }),
    );
    yield { tree, examples: placed };
    first = end;
  }
}

/** The last token of a text is never an input. */
const treeOf = (items: readonly (readonly Item[])[]): PrefixTree =>
  buildPrefixTree(items.flat().map(({ tokens }) => tokens.slice(0, -1)));
