import type { Knowledge } from '../knowledge/types.ts';
import { reworded, type Untrained } from '../knowledge/untrained.ts';
import { wilson } from '../metrics/wilson.ts';
import type { LanguageModel } from '../model/language-model.ts';
import { shuffled, stream } from '../random/stream.ts';
import type { Interval } from '../run/summary.ts';
import {
  commonestTailRanks,
  type FactQuestion,
  firstQuestions,
  firsts,
  inAskedOrder,
  questionMaker,
  tailRanks,
} from './facts.ts';

export const FACT_SETS = ['trained', 'untrained'] as const;
export const WORDINGS = ['trained', 'other'] as const;

export type FactSet = (typeof FACT_SETS)[number];
export type Wording = (typeof WORDINGS)[number];
export type FactSets = Readonly<Record<FactSet, readonly FactQuestion[]>>;

/** How often the true tail is ranked first of its candidates. */
export interface FactFigure {
  readonly set: FactSet;
  /** Id of the model, or `null` for the commonest tail of the relation, which reads no wording. */
  readonly reader: string | null;
  readonly wording: Wording | null;
  readonly right: number;
  readonly n: number;
  readonly interval: Interval;
}

/** Untrained facts drawn at random, and as many trained ones of each of their relations, so that both are alike in kind. */
export function factSets(knowledge: Knowledge, { triples }: Untrained, limit: number): FactSets {
  const make = questionMaker(knowledge, triples);
  const untrained = firstQuestions(make, shuffled(triples, stream('facts', 'untrained')), limit);
  const ordered = inAskedOrder(knowledge.triples);
  const relations = [...new Set(untrained.map(({ triple }) => triple.relation))];
  const trained = relations.flatMap((relation) =>
    firstQuestions(
      make,
      ordered.filter((triple) => triple.relation === relation),
      untrained.filter(({ triple }) => triple.relation === relation).length,
    ),
  );
  return { trained, untrained };
}

export interface FactReader {
  readonly id: string;
  /** One is open at a time; it is disposed of afterwards. */
  readonly open: () => Promise<LanguageModel>;
}

export interface FactProbeInput {
  readonly knowledge: Knowledge;
  readonly untrained: Untrained;
  /** The most facts of each set. */
  readonly limit: number;
  readonly readers: readonly FactReader[];
  readonly signal: AbortSignal;
  /** Hears of the finished figures, and of facts asked so far and in all. */
  readonly onProgress: (figures: readonly FactFigure[], done: number, total: number) => void;
}

function figure(place: Pick<FactFigure, 'set' | 'reader' | 'wording'>, ranks: readonly number[]): FactFigure {
  const right = firsts(ranks);
  return { ...place, right, n: ranks.length, interval: wilson(right, ranks.length) };
}

/**
 * Whether a model knows facts (the other wording), recites them (the trained one alone), or guesses: facts that no
 * training saw and the commonest tail without a model stand beside (METHODS 1.1, fact probe).
 */
export async function runFactProbe(input: FactProbeInput): Promise<FactFigure[]> {
  const { knowledge, untrained, limit, readers, signal, onProgress } = input;
  const sets = factSets(knowledge, untrained, limit);
  const bases: Readonly<Record<Wording, Knowledge>> = {
    trained: knowledge,
    other: reworded(knowledge, untrained.wordings),
  };
  const total = readers.length * WORDINGS.length * (sets.trained.length + sets.untrained.length);
  const figures = FACT_SETS.map((set) =>
    figure({ set, reader: null, wording: null }, commonestTailRanks(knowledge, sets[set])),
  );
  let before = 0;
  onProgress([...figures], before, total);
  for (const { id, open } of readers) {
    const model = await open();
    try {
      for (const set of FACT_SETS) {
        for (const wording of WORDINGS) {
          const { ranks } = await tailRanks(model, bases[wording], sets[set], {
            signal,
            onRanks: (soFar) => onProgress([...figures], before + soFar.length, total),
          });
          before += ranks.length;
          figures.push(figure({ set, reader: id, wording }, ranks));
          onProgress([...figures], before, total);
        }
      }
    } finally {
      model.dispose();
    }
  }
  return figures;
}
