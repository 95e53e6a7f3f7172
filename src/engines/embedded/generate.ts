import { EngineError } from '../../core/model/engine-error.ts';
import type { GenerateBatch, GenerateRequest, GenerateResult } from '../../core/model/language-model.ts';
import { buildPrefixTree } from '../../core/run/prefix-tree.ts';
import type { Slices } from '../slices.ts';
import type { Core } from './core.ts';
import { requireFits, withStart } from './core.ts';
import { Decoding } from './decoding.ts';

/** Generates for all requests side by side, a token each at a time; prompts and equal beginnings are shared. */
export async function generate(
  core: Core,
  requests: readonly GenerateRequest[],
  slices: Slices,
): Promise<GenerateBatch> {
  const prompts = await slices.map(requests, (request) => {
    requireSane(request);
    const tokens = withStart(core, request.prompt);
    requireFits(core, tokens.length + request.maxTokens, 'The prompt with the tokens to generate');
    return tokens;
  });
  const before = core.walker.computed;
  const results: GenerateResult[] = [];
  for (let first = 0; first < requests.length; ) {
    let last = first;
    let slots = 0;
    // Those side by side must all fit the cache.
    while (last < requests.length) {
      slots += (prompts[last] as number[]).length + (requests[last] as GenerateRequest).maxTokens;
      if (last > first && slots > core.tree.capacity) break;
      last++;
    }
    results.push(...(await together(core, requests.slice(first, last), prompts.slice(first, last), slices)));
    first = last;
  }
  const asked = results.reduce((sum, { tokenIds }, i) => sum + (prompts[i] as number[]).length + tokenIds.length, 0);
  return { results, usage: { asked, computed: core.walker.computed - before } };
}

async function together(
  core: Core,
  requests: readonly GenerateRequest[],
  prompts: readonly (readonly number[])[],
  slices: Slices,
): Promise<GenerateResult[]> {
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
    const plan = buildPrefixTree(prompts);
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
    }
  } finally {
    core.head.drop();
    for (const slot of held.reverse()) core.tree.release(slot);
  }
  return decodings.map((decoding) => decoding.result());
}

function requireSane({ maxTokens, temperature, topP, stop, seed }: GenerateRequest): void {
  const fault =
    (!(Number.isInteger(maxTokens) && maxTokens >= 1) && `maxTokens is ${maxTokens}; give a whole number from 1`) ||
    (!(temperature >= 0 && Number.isFinite(temperature)) && `temperature is ${temperature}; give 0 or more`) ||
    (!(topP > 0 && topP <= 1) && `topP is ${topP}; give a number above 0, up to 1`) ||
    (!Number.isInteger(seed) && `the seed is ${seed}; give a whole number`) ||
    (stop.includes('') && 'a stop text is empty; leave it out');
  if (fault) throw new EngineError('bad-request', `Cannot generate: ${fault}.`, { recoverable: true });
}
