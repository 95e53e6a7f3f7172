import type { Assets } from '../../src/core/assets.ts';
import type { Knowledge } from '../../src/core/knowledge/types.ts';
import { loadUntrained, reworded } from '../../src/core/knowledge/untrained.ts';
import type { LanguageModel, TokenUsage } from '../../src/core/model/language-model.ts';
import {
  commonestTailRanks,
  type FactQuestion,
  factQuestions,
  firsts,
  inAskedOrder,
  tailRanks as ranksOf,
} from '../../src/core/probe/facts.ts';

/** Ranks of the true tails of `count` triples of the base, each after its statement; see `tailRanks` of the fact probe. */
export const tailRanks = (
  model: LanguageModel,
  knowledge: Knowledge,
  count: number,
): Promise<{ ranks: readonly number[]; usage: TokenUsage }> =>
  ranksOf(model, knowledge, factQuestions(knowledge, inAskedOrder(knowledge.triples), { limit: count }));

export interface FactMeasure {
  readonly what: string;
  readonly goal: string;
  readonly result: () => Promise<{ readonly right: number; readonly n: number }>;
}

/** Trained triples asked in one evaluation. */
const TRAINED = 1000;

/**
 * What the model knows, beside what it can recite (the trained wording), what it can infer or guess (triples that no
 * training saw) and what counting tails gives without a model.
 * @param limit the most triples of each kind, to try the command.
 */
export async function factMeasures(
  model: LanguageModel,
  knowledge: Knowledge,
  assets: Assets,
  limit: number,
): Promise<FactMeasure[]> {
  const { triples, wordings } = await loadUntrained(assets, knowledge);
  const trained = factQuestions(knowledge, inAskedOrder(knowledge.triples), { limit: Math.min(TRAINED, limit) });
  const untrained = factQuestions(knowledge, triples, { limit, alsoTrue: triples });
  const other = reworded(knowledge, wordings);
  const asked = (base: Knowledge, questions: readonly FactQuestion[]) => async () => {
    const { ranks } = await ranksOf(model, base, questions);
    return { right: firsts(ranks), n: ranks.length };
  };
  const counted = (questions: readonly FactQuestion[]) => async () => {
    return { right: firsts(commonestTailRanks(knowledge, questions)), n: questions.length };
  };
  return [
    { what: 'knowledge base, true tail first of 20', goal: '90', result: asked(knowledge, trained) },
    { what: 'knowledge base, other wording: tail first of 20', goal: '', result: asked(other, trained) },
    { what: 'knowledge base, no model, commonest tail: first of 20', goal: '', result: counted(trained) },
    { what: 'knowledge base, untrained facts: tail first of 20', goal: '', result: asked(knowledge, untrained) },
    {
      what: 'knowledge base, untrained facts, other wording: tail first of 20',
      goal: '',
      result: asked(other, untrained),
    },
    {
      what: 'knowledge base, untrained facts, no model, commonest tail: first of 20',
      goal: '',
      result: counted(untrained),
    },
  ];
}
