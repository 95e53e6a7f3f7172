import type { ScoreBatch, ScoreResult } from '../../core/model/language-model.ts';
import type { InjectedRequest, Injection } from '../../core/model/latent.ts';
import type { Slices } from '../slices.ts';
import { changeOf } from './change.ts';
import type { Core } from './core.ts';
import { score } from './score.ts';

/** Requests with the same change run as one batch and share their prefixes; no others do. */
export async function scoreInjected(
  core: Core,
  requests: readonly InjectedRequest[],
  slices: Slices,
): Promise<ScoreBatch> {
  const groups: { readonly injection: Injection; readonly members: number[] }[] = [];
  for (const [index, { injection }] of requests.entries()) {
    const group = groups.find((g) => same(g.injection, injection));
    if (group) group.members.push(index);
    else groups.push({ injection, members: [index] });
  }
  const results: ScoreResult[] = new Array(requests.length);
  let asked = 0;
  let computed = 0;
  for (const { injection, members } of groups) {
    const batch = await score(
      core,
      members.map((index) => requests[index] as InjectedRequest),
      slices,
      changeOf(core.config, injection),
    );
    for (const [i, index] of members.entries()) results[index] = batch.results[i] as ScoreResult;
    asked += batch.usage.asked;
    computed += batch.usage.computed;
  }
  return { results, usage: { asked, computed } };
}

/** The same arrays, not only equal ones. */
const same = (a: Injection, b: Injection): boolean =>
  a.ffn?.layer === b.ffn?.layer &&
  a.ffn?.keys === b.ffn?.keys &&
  a.ffn?.values === b.ffn?.values &&
  a.prefix?.keys === b.prefix?.keys &&
  a.prefix?.values === b.prefix?.values &&
  a.soft === b.soft;
