import type { Example } from '../data/example.ts';
import type { SelectFor } from '../demos/selector.ts';
import { dataError } from '../errors.ts';
import type { SolvedExample } from '../model/latent.ts';
import { fitPrompt } from '../prompt/fit.ts';
import { renderSegments } from '../prompt/render.ts';
import { shuffled } from '../random/stream.ts';
import { type Cell, trialStream, type Work } from './cell.ts';
import { type Arrange, withWords } from './draft.ts';
import { demosPerQuery } from './methods.ts';
import { commonDemos } from './selection.ts';

/** The fewest items that anything is learned on. */
const FEWEST = 4;

export interface PoolRequest {
  /** How many items. */
  readonly wanted: number;
  /** Name of the stream that they are drawn from. */
  readonly stream: string;
  /** Places of the context to leave free. */
  readonly places: number;
}

/** An item of the pool with its label, asked as an arm asks its queries. */
export interface PoolExample extends SolvedExample {
  readonly query: Example;
}

/**
 * Items of the pool to learn on. They are no demos of any prompt: where each query has demos of its own, theirs come from the
 * rest of the pool. Items that do not fit the context are left out.
 */
export async function poolExamples(
  work: Work,
  { arm, trial }: Pick<Cell, 'arm' | 'trial'>,
  select: SelectFor,
  arrangement: (cell: Cell) => Arrange,
  { wanted, stream, places }: PoolRequest,
): Promise<PoolExample[]> {
  const { setting, scorer, selections } = work;
  const { template, model, longestWord, pool } = setting;
  const perQuery = demosPerQuery(arm);
  const taken = new Set(
    (perQuery || arm.shots === 0 ? [] : commonDemos(setting, select)).map(({ example }) => example.id),
  );
  const free = pool.filter(({ id }) => !taken.has(id));
  const items = shuffled(free, trialStream(setting, trial, stream)).slice(0, wanted);
  const left = free.filter((example) => !items.includes(example));
  if (items.length < FEWEST || (perQuery && left.length === 0)) {
    throw dataError(
      `"${arm.name}" learns on ${wanted} pool items that are no demos, and the pool has ${free.length}. Give a larger pool, or learn on fewer.`,
    );
  }
  const demosFor = perQuery ? await selections.from(arm, trial, { pool: left, targets: items }) : select;
  const examples: PoolExample[] = [];
  for (const query of items) {
    const fitted = await fitPrompt(withWords(setting, demosFor(query)), {
      render: (demos) => renderSegments({ template, demos, query }),
      arrange: arrangement({ arm, trial, query }),
      room: model.contextLength - longestWord - places,
      count: (texts) => scorer.count(texts),
    });
    if (fitted === null) continue;
    const { labels, continuations } = setting.answersOf(query);
    examples.push({
      query,
      prompt: fitted.prompt,
      continuations,
      labels: labels.flatMap(({ words }, label) => [...new Set(words)].map(() => label)),
      gold: labels.findIndex(({ id }) => id === query.label),
    });
  }
  return examples;
}
