import { statementCue } from '../knowledge/statements.ts';
import type { Knowledge, Triple } from '../knowledge/types.ts';
import type { LanguageModel, TokenUsage } from '../model/language-model.ts';
import { shuffled, stream } from '../random/stream.ts';

/** Entities that stand to be ranked: the true tail and others of its type. */
export const FACT_CANDIDATES = 20;

/** A fact to be completed. */
export interface FactQuestion {
  readonly triple: Triple;
  /** Ids of entities of one type, the true tail first. */
  readonly candidates: readonly string[];
}

const subject = ({ head, relation }: Triple): string => `${head} ${relation}`;

/** Triples of the base in the random order in which they are asked. */
export const inAskedOrder = (triples: readonly Triple[]): Triple[] => shuffled(triples, stream('eval-model', 'tails'));

/**
 * Questions about triples, in their order; a triple whose tail has too few others of its type gives none.
 * Other true tails of the same head and relation are no candidates: those of the base and those in `alsoTrue`.
 */
export function factQuestions(
  knowledge: Knowledge,
  triples: readonly Triple[],
  { limit = triples.length, alsoTrue = [] }: { readonly limit?: number; readonly alsoTrue?: readonly Triple[] } = {},
): FactQuestion[] {
  return firstQuestions(questionMaker(knowledge, alsoTrue), triples, limit);
}

/** Makes the question of a triple; `null` where there are too few candidates, or no statement. */
export type QuestionMaker = (triple: Triple) => FactQuestion | null;

/** So many questions, of the first triples that give one. */
export function firstQuestions(make: QuestionMaker, triples: readonly Triple[], limit: number): FactQuestion[] {
  const questions: FactQuestion[] = [];
  for (const triple of triples) {
    if (questions.length === limit) break;
    const question = make(triple);
    if (question !== null) questions.push(question);
  }
  return questions;
}

/** Lays out the base once for any number of questions; see `factQuestions`. */
export function questionMaker(knowledge: Knowledge, alsoTrue: readonly Triple[]): QuestionMaker {
  const byType = new Map<string, string[]>();
  for (const { id, type } of knowledge.entities.values()) {
    const own = byType.get(type);
    if (own === undefined) byType.set(type, [id]);
    else own.push(id);
  }
  const tails = new Map<string, Set<string>>();
  for (const triple of [...knowledge.triples, ...alsoTrue]) {
    tails.set(subject(triple), (tails.get(subject(triple)) ?? new Set()).add(triple.tail));
  }
  return (triple) => {
    const { head, relation, tail } = triple;
    const known = tails.get(subject(triple)) ?? new Set();
    const others = shuffled(
      (byType.get(knowledge.entities.get(tail)?.type ?? '') ?? []).filter((id) => id !== tail && !known.has(id)),
      stream('eval-model', 'peers', head, relation, tail),
    ).slice(0, FACT_CANDIDATES - 1);
    if (statementCue(knowledge, triple) === undefined || others.length < FACT_CANDIDATES - 1) return null;
    return { triple, candidates: [tail, ...others] };
  };
}

export interface RankOptions {
  readonly signal?: AbortSignal;
  /** Hears of all ranks so far. */
  readonly onRanks?: (ranks: readonly number[]) => void;
}

const BATCH = 50;

/**
 * For each question, how many of the other candidates are at least as likely as the true tail after the relation's
 * statement, by summed log-probability (nats); 0 is first.
 */
export async function tailRanks(
  model: LanguageModel,
  knowledge: Knowledge,
  questions: readonly FactQuestion[],
  { signal, onRanks = () => {} }: RankOptions = {},
): Promise<{ ranks: readonly number[]; usage: TokenUsage }> {
  const name = (id: string): string => knowledge.entities.get(id)?.name ?? id;
  const ranks: number[] = [];
  const usage = { asked: 0, computed: 0 };
  for (let i = 0; i < questions.length; i += BATCH) {
    const requests = questions.slice(i, i + BATCH).map(({ triple, candidates }) => ({
      prompt: statementCue(knowledge, triple) ?? '',
      continuations: candidates.map((id) => ` ${name(id)}.`),
    }));
    const batch = await model.score(requests, signal === undefined ? {} : { signal });
    usage.asked += batch.usage.asked;
    usage.computed += batch.usage.computed;
    for (const { scores } of batch.results) {
      const [own, ...rest] = scores.map(({ sumLogprob }) => sumLogprob);
      ranks.push(rest.filter((other) => !(other < (own as number))).length);
    }
    onRanks(ranks);
  }
  return { ranks, usage };
}

/**
 * The control without a model: candidates by how often the base has them as a tail of that relation, the asked triple
 * left out; equals stand in random order. Ranks as in `tailRanks`.
 */
export function commonestTailRanks(knowledge: Knowledge, questions: readonly FactQuestion[]): number[] {
  const key = (relation: string, tail: string) => `${relation} ${tail}`;
  const counts = new Map<string, number>();
  const inBase = new Set<string>();
  for (const { head, relation, tail } of knowledge.triples) {
    counts.set(key(relation, tail), (counts.get(key(relation, tail)) ?? 0) + 1);
    inBase.add(`${head} ${relation} ${tail}`);
  }
  return questions.map(({ triple: { head, relation, tail }, candidates: [, ...others] }) => {
    const count = (id: string) => counts.get(key(relation, id)) ?? 0;
    const own = count(tail) - (inBase.has(`${head} ${relation} ${tail}`) ? 1 : 0);
    const equal = others.filter((id) => count(id) === own).length;
    const before = stream('facts', 'equals', head, relation, tail).below(equal + 1);
    return others.filter((id) => count(id) > own).length + before;
  });
}

/** How many true tails are ranked first. */
export const firsts = (ranks: readonly number[]): number => ranks.filter((rank) => rank === 0).length;
