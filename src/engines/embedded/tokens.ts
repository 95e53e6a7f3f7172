import type { GenerateRequest, GenerateResult } from '../../core/model/language-model.ts';
import { buildPrefixTree, pathOf } from '../../core/run/prefix-tree.ts';
import type { Slices } from '../slices.ts';
import type { Core } from './core.ts';
import { badRequest, requireFits } from './core.ts';

export interface TokenChoice {
  readonly id: number;
  /** Natural log, over the full vocabulary. */
  readonly logprob: number;
}

/** A token in its place, and the likeliest ones there. */
export interface ScoredToken extends TokenChoice {
  /** 1 is the likeliest. */
  readonly rank: number;
  /** Likeliest first; of equals the lower id. */
  readonly top: readonly TokenChoice[];
}

/** A generation from token ids, which are read as they stand: no start token is added. */
export interface TokenRequest extends Omit<GenerateRequest, 'prompt'> {
  readonly prompt: readonly number[];
  /** How many of the likeliest tokens are told in each place. */
  readonly top: number;
  /** Added to the logits of these tokens before drawing; log-probabilities stay those of the model. */
  readonly bias: ReadonlyMap<number, number>;
}

export interface TokenResult extends GenerateResult {
  readonly tokens: readonly ScoredToken[];
}

/** The end of each sequence after which the model is asked: every token but the first, which nothing comes before. */
export async function scoreTokens(
  core: Core,
  sequences: readonly (readonly number[])[],
  top: number,
  slices: Slices,
): Promise<ScoredToken[][]> {
  for (const tokens of sequences) {
    requireKnown(core, tokens);
    requireFits(core, tokens.length, 'The prompt');
  }
  const results = sequences.map((tokens) => new Array<ScoredToken>(Math.max(0, tokens.length - 1)));
  // The last token of a sequence is never an input.
  const plan = buildPrefixTree(sequences.map((tokens) => tokens.slice(0, -1)));
  const wants = new Map<number, [sequence: number, position: number][]>();
  sequences.forEach((_, sequence) => {
    pathOf(plan, sequence).forEach((node, i) => {
      const list = wants.get(node);
      if (list) list.push([sequence, i + 1]);
      else wants.set(node, [[sequence, i + 1]]);
    });
  });
  try {
    const onHidden = (node: number, slot: number) =>
      core.head.push(slot, (logits, logSum) => {
        for (const [sequence, position] of wants.get(node) ?? []) {
          const id = (sequences[sequence] as readonly number[])[position] as number;
          (results[sequence] as ScoredToken[])[position - 1] = scored(id, logits, logSum, top);
        }
      });
    await core.walker.walk({ plan, wanted: new Uint8Array(plan.size).fill(1), onHidden }, slices);
    core.head.flush();
  } finally {
    core.head.drop();
  }
  return results;
}

export function requireKnown(core: Core, tokens: readonly number[]): void {
  if (tokens.length === 0) throw badRequest('The prompt has no tokens. Give at least one.');
  const unknown = tokens.find((id) => !(Number.isInteger(id) && id >= 0 && id < core.config.vocabulary));
  if (unknown !== undefined)
    throw badRequest(`The token id ${unknown} is outside the vocabulary of ${core.config.vocabulary} tokens.`);
}

/** What there is to say of a token where these are the logits. */
export function scored(id: number, logits: Float32Array, logSum: number, top: number): ScoredToken {
  const own = logits[id] as number;
  let rank = 1;
  const best: TokenChoice[] = [];
  for (let other = 0; other < logits.length; other++) {
    const logit = logits[other] as number;
    if (logit > own) rank++;
    const logprob = logit - logSum;
    if (best.length === top && (top === 0 || logprob <= (best[top - 1] as TokenChoice).logprob)) continue;
    let at = best.length;
    while (at > 0 && (best[at - 1] as TokenChoice).logprob < logprob) at--;
    best.splice(at, 0, { id: other, logprob });
    if (best.length > top) best.pop();
  }
  return { id, logprob: own - logSum, rank, top: best };
}
