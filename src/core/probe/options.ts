import type { Example } from '../data/example.ts';
import { letterOf } from '../data/options.ts';
import { throwIfAborted } from '../model/engine-error.ts';
import type { Work } from '../run/cell.ts';
import { answerCells } from '../run/cells.ts';
import type { Arm } from '../run/spec.ts';

/** A question with its options turned by `by` places; the right one keeps being right. */
export function turned(example: Example, by: number): Example {
  const { options } = example;
  if (options === undefined) return example;
  const n = options.length;
  const right = example.label.charCodeAt(0) - 65;
  return {
    ...example,
    options: options.map((_, i) => options[(((i - by) % n) + n) % n] as string),
    label: letterOf((((right + by) % n) + n) % n),
  };
}

/** One question under one turn of its options. */
export interface TurnedAnswer {
  readonly queryId: string;
  readonly turn: number;
  readonly gold: string;
  /** Letter of the answer; `null` where it is unscored. */
  readonly letter: string | null;
  /** Text of the chosen option. */
  readonly content: string | null;
}

export interface OptionFigures {
  /** Accuracy under each turn. */
  readonly accuracies: readonly number[];
  /** Share of the questions whose chosen content is not the same under all turns. */
  readonly flipRate: number;
  /** For each letter, how often it is chosen where it is right. */
  readonly recalls: readonly { readonly letter: string; readonly n: number; readonly recall: number }[];
}

/** How much of an answer hangs on where the options stand (METHODS 6). */
export function optionFigures(answers: readonly TurnedAnswer[]): OptionFigures {
  const turns = [...new Set(answers.map((a) => a.turn))].sort((a, b) => a - b);
  const share = (of: readonly TurnedAnswer[]) =>
    of.length === 0 ? 0 : of.filter((a) => a.letter === a.gold).length / of.length;
  const contents = new Map<string, Set<string | null>>();
  for (const { queryId, content } of answers) {
    contents.set(queryId, (contents.get(queryId) ?? new Set()).add(content));
  }
  const letters = [...new Set(answers.map((a) => a.gold))].sort();
  return {
    accuracies: turns.map((turn) => share(answers.filter((a) => a.turn === turn))),
    flipRate: contents.size === 0 ? 0 : [...contents.values()].filter((set) => set.size > 1).length / contents.size,
    recalls: letters.map((letter) => {
      const own = answers.filter((a) => a.gold === letter);
      return { letter, n: own.length, recall: share(own) };
    }),
  };
}

export interface OptionInput {
  readonly work: Work;
  readonly arm: Arm;
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly onAnswers: (answers: readonly TurnedAnswer[], total: number) => void;
}

const SLICE = 10;

/** Every cyclic turn of each question's options, answered by one arm. Demonstrations stay as they are. */
export async function runOptions({ work, arm, limit, signal, onAnswers }: OptionInput): Promise<TurnedAnswer[]> {
  const queries = work.setting.queries.slice(0, limit);
  const done: TurnedAnswer[] = [];
  const total = queries.reduce((sum, { options }) => sum + (options?.length ?? 0), 0);
  const asked = queries.flatMap((query) =>
    (query.options ?? []).map((_, turn) => ({ turn, query: turned(query, turn) })),
  );
  // A query's demonstrations are chosen by its text and id, which no turn changes.
  for (let start = 0; start < asked.length; start += SLICE) {
    throwIfAborted(signal);
    const slice = asked.slice(start, start + SLICE);
    const records = await answerCells(
      work,
      slice.map(({ query }) => ({ arm, trial: 0, query })),
    );
    records.forEach((record, i) => {
      const { query, turn } = slice[i] as (typeof slice)[number];
      const letter = record.prediction.kind === 'label' ? record.prediction.label : null;
      const content = letter === null ? null : (query.options?.[letter.charCodeAt(0) - 65] ?? null);
      done.push({ queryId: query.id, turn, gold: query.label, letter, content });
    });
    onAnswers([...done], total);
  }
  return done;
}
