import type { Dataset, Example } from '../data/example.ts';
import { rightOption } from '../data/example.ts';
import type { CellRecord } from './record.ts';

interface Counted {
  readonly correct: number;
  readonly n: number;
}

/** What the answers of an arm to questions with options have in common, where a table of labels would say nothing. */
export interface QuestionSummary {
  /** By the difficulty that the author marked; only those that occur. */
  readonly byDifficulty: readonly (Counted & { readonly difficulty: 'easy' | 'medium' | 'hard' })[];
  /** Answered questions with one longest option, by characters: how often it was chosen, and how often it is right. */
  readonly longest: { readonly chosen: number; readonly right: number; readonly n: number };
  /** The same of the shortest option. */
  readonly shortest: { readonly chosen: number; readonly right: number; readonly n: number };
  /** By letter: how often it was chosen, and how often it is right. */
  readonly positions: readonly { readonly letter: string; readonly chosen: number; readonly right: number }[];
}

interface Answered {
  readonly query: Example;
  readonly options: readonly string[];
  readonly chosen: string | undefined;
  readonly isRight: boolean;
}

/** @param cells of one arm; unscored ones count as wrong, and choose nothing. */
export function questionSummary(
  { evalSet, labels }: Pick<Dataset, 'evalSet' | 'labels'>,
  cells: readonly CellRecord[],
): QuestionSummary {
  const queries = new Map(evalSet.map((query) => [query.id, query]));
  const answers = cells.flatMap(({ queryId, prediction }): Answered[] => {
    const query = queries.get(queryId);
    if (query?.options === undefined) return [];
    const letter = prediction.kind === 'label' ? prediction.label : undefined;
    const chosen = letter === undefined ? undefined : rightOption({ options: query.options, label: letter });
    return [{ query, options: query.options, chosen, isRight: letter === query.label }];
  });
  return {
    byDifficulty: (['easy', 'medium', 'hard'] as const).flatMap((difficulty) => {
      const own = answers.filter(({ query }) => query.difficulty === difficulty);
      return own.length === 0
        ? []
        : [{ difficulty, correct: own.filter(({ isRight }) => isRight).length, n: own.length }];
    }),
    longest: byLength(answers, (a, b) => b - a),
    shortest: byLength(answers, (a, b) => a - b),
    positions: labels.map(({ id }) => ({
      letter: id,
      chosen: cells.filter(({ prediction }) => prediction.kind === 'label' && prediction.label === id).length,
      right: answers.filter(({ query }) => query.label === id).length,
    })),
  };
}

function byLength(answers: readonly Answered[], compare: (a: number, b: number) => number) {
  const extreme = answers.flatMap((answer) => {
    if (answer.chosen === undefined) return [];
    const [first, second] = [...answer.options].sort((a, b) => compare(a.length, b.length));
    return first === undefined || first.length === second?.length ? [] : [{ ...answer, extreme: first }];
  });
  return {
    chosen: extreme.filter((answer) => answer.chosen === answer.extreme).length,
    right: extreme.filter((answer) => rightOption(answer.query) === answer.extreme).length,
    n: extreme.length,
  };
}
