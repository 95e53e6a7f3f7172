import type { PrefixTree } from '../../core/run/prefix-tree.ts';
import type { Slices } from '../slices.ts';
import type { Decoder, Past } from './decoder.ts';

/** Bytes of logits that one run may give; long texts run in parts. */
const LOGIT_BYTES = 64 << 20;

/** Tokens of one run; more would need attention scores without bound. */
const MOST_TOKENS = 512;

/** Logits over the vocabulary at a node, valid during the callback only. */
export type OnLogits = (node: number, logits: Float32Array) => void;

/**
 * Walks a tree of token prefixes depth first: each stretch without a fork is one run, which goes on from the past of the stretch
 * before it, so that each distinct prefix is computed once.
 * @param wanted per node: whether its logits are wanted.
 * @returns tokens that ran.
 */
export async function walk(
  decoder: Decoder,
  plan: PrefixTree,
  wanted: (node: number) => boolean,
  onLogits: OnLogits,
  slices: Slices,
): Promise<number> {
  const children = Array.from({ length: plan.size }, (): number[] => []);
  const roots: number[] = [];
  for (let node = 0; node < plan.size; node++) {
    const parent = plan.parent[node] as number;
    (parent < 0 ? roots : (children[parent] as number[])).push(node);
  }
  const rows = Math.max(1, Math.floor(LOGIT_BYTES / (decoder.vocabulary * 4)));

  async function descend(first: number, past: Past | undefined): Promise<void> {
    const stretch = [first];
    for (let next = children[first] as number[]; next.length === 1; next = children[next[0] as number] as number[])
      stretch.push(next[0] as number);
    let own: Past | undefined;
    try {
      for (let at = 0; at < stretch.length; ) {
        const part = stretch.slice(at, at + partLength(stretch, at));
        const before = own ?? past;
        own = await runPart(part, before);
        if (before !== past) decoder.free(before);
        at += part.length;
        await slices.pause();
      }
      for (const child of children[stretch[stretch.length - 1] as number] as number[]) await descend(child, own);
    } finally {
      decoder.free(own);
    }
  }

  /** As long as logits and attention have room: places before the first wanted one cost no logits where the graph keeps few. */
  function partLength(stretch: readonly number[], at: number): number {
    const rest = stretch.slice(at, at + MOST_TOKENS);
    const first = rest.findIndex(wanted);
    if (!decoder.keepsFew) return Math.min(rest.length, rows);
    return first < 0 ? rest.length : Math.min(rest.length, first + rows);
  }

  async function runPart(part: readonly number[], past: Past | undefined): Promise<Past> {
    const first = part.findIndex(wanted);
    const keep = first < 0 ? 1 : part.length - first;
    const step = await decoder.run(
      part.map((node) => plan.token[node] as number),
      past,
      keep,
    );
    const offset = part.length - step.rows;
    for (const [i, node] of part.entries()) {
      if (i < offset || !wanted(node)) continue;
      const row = i - offset;
      onLogits(node, step.logits.subarray(row * decoder.vocabulary, (row + 1) * decoder.vocabulary));
    }
    return step.past;
  }

  for (const root of roots) await descend(root, undefined);
  return plan.size;
}

/** Logarithm of the summed exponentials. */
export function logSum(logits: Float32Array): number {
  let top = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > top) top = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - top);
  return top + Math.log(sum);
}
