import type { GenerateBatch, GenerateRequest, ScoreBatch, ScoreRequest } from '../../core/model/language-model.ts';
import { requireSane } from '../generate-options.ts';
import type { Reader } from '../scoring.ts';
import { requireFits, ScorePlan, withStart } from '../scoring.ts';
import type { Slices } from '../slices.ts';
import { Writing } from '../writing.ts';
import type { PrefixCache } from './prefix-cache.ts';

/** What scoring and writing share. */
export interface Running {
  readonly reader: Reader;
  readonly cache: PrefixCache;
  readonly decode: (ids: readonly number[]) => string;
  /** Tokens that end a text. */
  readonly ends: ReadonlySet<number>;
}

/** Walks the batch's tree of prefixes depth first; the model runs from one asked distribution to the next. */
export async function score(
  { reader, cache }: Running,
  requests: readonly ScoreRequest[],
  slices: Slices,
): Promise<ScoreBatch> {
  const plan = await ScorePlan.of(reader, requests, slices);
  const { size, depth, token } = plan.tree;
  const before = cache.computed;
  const path: number[] = [];
  for (let node = 0; node < size; node++) {
    path.length = (depth[node] as number) - 1;
    path.push(token[node] as number);
    if (!plan.wants(node)) continue;
    await slices.pause();
    plan.take(node, await cache.logitsAfter(path));
  }
  return plan.batch(cache.computed - before);
}

/** Writes the texts one after another: the cache is one context long. */
export async function generate(
  running: Running,
  requests: readonly GenerateRequest[],
  slices: Slices,
): Promise<GenerateBatch> {
  const { reader, cache, decode, ends } = running;
  const prompts = await slices.map(requests, (request) => {
    requireSane(request);
    const tokens = withStart(reader, request.prompt);
    requireFits(reader, tokens.length + request.maxTokens, 'The prompt with the tokens to generate');
    return tokens;
  });
  const before = cache.computed;
  const writings: Writing[] = [];
  for (const [i, request] of requests.entries()) {
    const writing = new Writing(request, decode, ends);
    const path = [...(prompts[i] as number[])];
    while (writing.finish === undefined) {
      await slices.pause();
      const next = writing.take(await cache.logitsAfter(path));
      if (next !== undefined) path.push(next);
    }
    writings.push(writing);
  }
  const results = writings.map((writing) => writing.result());
  const asked = results.reduce((sum, { tokenIds }, i) => sum + (prompts[i] as number[]).length + tokenIds.length, 0);
  return { results, usage: { asked, computed: cache.computed - before } };
}
