import { statementCue } from '../../src/core/knowledge/statements.ts';
import type { Knowledge } from '../../src/core/knowledge/types.ts';
import type { LanguageModel } from '../../src/core/model/language-model.ts';
import { shuffled, stream } from '../../src/core/random/stream.ts';

const CANDIDATES = 20;

/**
 * Of `count` triples, how many have their true tail ranked first among 20 entities of its type after the statement,
 * by summed log-probability. Other true tails of the same head and relation are no candidates.
 */
export async function tailRanksFirst(
  model: LanguageModel,
  knowledge: Knowledge,
  count: number,
): Promise<{ first: number; n: number }> {
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
  let first = 0;
  for (let i = 0; i < requests.length; i += 50) {
    const { results } = await model.score(requests.slice(i, i + 50));
    for (const { scores } of results) {
      const [own, ...rest] = scores.map((s) => s.sumLogprob);
      if (rest.every((other) => other < (own as number))) first++;
    }
  }
  return { first, n: requests.length };
}
