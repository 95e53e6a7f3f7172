import type { GenerateBatch, GenerateRequest } from '../../core/model/language-model.ts';
import { buildPrefixTree } from '../../core/run/prefix-tree.ts';
import { requireSane } from '../generate-options.ts';
import type { Slices } from '../slices.ts';
import type { Core } from './core.ts';
import { requireFits, withStart } from './core.ts';
import { Decoding } from './decoding.ts';
import type { TokenRequest, TokenResult } from './tokens.ts';
import { requireKnown } from './tokens.ts';

const UNBIASED: ReadonlyMap<number, number> = new Map();

export async function generate(
  core: Core,
  requests: readonly GenerateRequest[],
  slices: Slices,
): Promise<GenerateBatch> {
  const prompts = await slices.map(requests, ({ prompt }) => withStart(core, prompt));
  const before = core.walker.computed;
  const written = await generateTokens(
    core,
    requests.map((request, i) => ({ ...request, prompt: prompts[i] as number[], top: 0, bias: UNBIASED })),
    slices,
  );
  const asked = written.reduce((sum, { tokenIds }, i) => sum + (prompts[i] as number[]).length + tokenIds.length, 0);
  return {
    results: written.map(({ tokens: _, ...result }) => result),
    usage: { asked, computed: core.walker.computed - before },
  };
}

/**
 * Generates for all requests side by side, a token each at a time; prompts and equal beginnings are shared.
 * @param onStep told after each token what each of the requests at work has so far; `first` is the index of the first.
 */
export async function generateTokens(
  core: Core,
  requests: readonly TokenRequest[],
  slices: Slices,
  onStep?: (first: number, soFar: readonly TokenResult[]) => void,
): Promise<TokenResult[]> {
  for (const request of requests) {
    requireSane(request);
    requireKnown(core, request.prompt);
    requireFits(core, request.prompt.length + request.maxTokens, 'The prompt with the tokens to generate');
  }
  const results: TokenResult[] = [];
  for (let first = 0; first < requests.length; ) {
    let last = first;
    let slots = 0;
    // Those side by side must all fit the cache.
    while (last < requests.length) {
      const { prompt, maxTokens } = requests[last] as TokenRequest;
      slots += prompt.length + maxTokens;
      if (last > first && slots > core.tree.capacity) break;
      last++;
    }
    const start = first;
    results.push(
      ...(await together(core, requests.slice(first, last), slices, (decodings) =>
        onStep?.(
          start,
          decodings.map((decoding) => decoding.result()),
        ),
      )),
    );
    first = last;
  }
  return results;
}

async function together(
  core: Core,
  requests: readonly TokenRequest[],
  slices: Slices,
  onStep: (decodings: readonly Decoding[]) => void,
): Promise<TokenResult[]> {
  const decodings = requests.map((request) => new Decoding(request, core.codec, core.config.eos));
  const held: number[] = [];
  const take = (group: readonly Decoding[], slot: number) =>
    core.head.push(slot, (logits, logSum) => {
      for (const decoding of group) decoding.take(logits, logSum);
    });
  const hold = (slot: number) => {
    core.tree.pin(slot);
    held.push(slot);
  };
  try {
    const plan = buildPrefixTree(requests.map(({ prompt }) => prompt));
    const wanted = new Uint8Array(plan.size);
    for (const node of plan.end) wanted[node] = 1;
    const onHidden = (node: number, slot: number) => {
      const group = decodings.filter((_, i) => plan.end[i] === node);
      for (const decoding of group) decoding.slot = slot;
      const path = new Int32Array(core.tree.depth[slot] as number);
      core.tree.path(slot, path);
      path.forEach(hold);
      take(group, slot);
    };
    await core.walker.walk({ plan, wanted, onHidden }, slices);
    core.head.flush();
    onStep(decodings);
    for (
      let running = decodings.filter((d) => !d.finish);
      running.length > 0;
      running = running.filter((d) => !d.finish)
    ) {
      const groups = new Map<number, Decoding[]>();
      await core.walker.extend(
        running.map((d) => ({ parent: d.slot, token: d.last })),
        (index, slot) => {
          const decoding = running[index] as Decoding;
          decoding.slot = slot;
          const group = groups.get(slot);
          if (group) group.push(decoding);
          else {
            groups.set(slot, [decoding]);
            hold(slot);
          }
        },
        slices,
      );
      for (const [slot, group] of groups) take(group, slot);
      core.head.flush();
      onStep(decodings);
    }
  } finally {
    core.head.drop();
    for (const slot of held.reverse()) core.tree.release(slot);
  }
  return decodings.map((decoding) => decoding.result());
}
