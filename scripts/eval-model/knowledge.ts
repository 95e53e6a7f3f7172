import { statementCue } from '../../src/core/knowledge/statements.ts';
import type { Knowledge } from '../../src/core/knowledge/types.ts';
import type { LanguageModel, TokenUsage } from '../../src/core/model/language-model.ts';
import { shuffled, stream } from '../../src/core/random/stream.ts';

const CANDIDATES = 20;

/**
 * For each of `count` triples, how many of 19 other entities of its tail's type are at least as likely as the true tail
 * after the statement, by summed log-probability; 0 is first. Other true tails of the same head and relation are no
 * candidates.
 */
export async function tailRanks(
  model: LanguageModel,
  knowledge: Knowledge,
  count: number,
): Promise<{ ranks: readonly number[]; usage: TokenUsage }> {
  const byType = new Map<string, string[]>();
  for (const { id, type } of knowledge.entities.values()) byType.set(type, [...(byType.get(type) ?? []), id]);
  const tails = new Map<string, Set<string>>();
  for (const { head, relation, tail } of knowledge.triples) {
    const key = `${head} ${relation}`;
    tails.set(key, (tails.get(key) ?? new Set()).add(tail));
  }
  const name = (id: string): string => knowledge.entities.get(id)?.name ?? id;
  const requests: { prompt: string; continuations: string[] }[] = [];
  for (const triple of shuffled(knowledge.triples, stream('eval-model', 'tails'))) {
    if (requests.length === count) break;
    const prompt = statementCue(knowledge, triple);
    const peers = byType.get(knowledge.entities.get(triple.tail)?.type ?? '') ?? [];
    const known = tails.get(`${triple.head} ${triple.relation}`) ?? new Set();
    const others = shuffled(
      peers.filter((id) => !known.has(id)),
      stream('eval-model', 'peers', triple.head, triple.relation, triple.tail),
    ).slice(0, CANDIDATES - 1);
    if (prompt === undefined || others.length < CANDIDATES - 1) continue;
    requests.push({ prompt, continuations: [triple.tail, ...others].map((id) => ` ${name(id)}.`) });
  }
  const ranks: number[] = [];
  const total = { asked: 0, computed: 0 };
  for (let i = 0; i < requests.length; i += 50) {
    const { results, usage } = await model.score(requests.slice(i, i + 50));
    total.asked += usage.asked;
    total.computed += usage.computed;
    for (const { scores } of results) {
      const [own, ...rest] = scores.map((s) => s.sumLogprob);
      ranks.push(rest.filter((other) => !(other < (own as number))).length);
    }
  }
  return { ranks, usage: total };
}
