import type { Example } from '../data/example.ts';
import type { SelectFor } from '../demos/selector.ts';
import { dataError } from '../errors.ts';
import type { InspectRequest, RowsExample, TrainedRows } from '../model/latent.ts';
import { fitPrompt } from '../prompt/fit.ts';
import { renderSegments } from '../prompt/render.ts';
import { shuffled, streamSeed } from '../random/stream.ts';
import type { LearnRequest, Subject } from '../rumination/rumination.ts';
import { type Cell, trialStream, type Work } from './cell.ts';
import { type Arrange, withWords } from './draft.ts';
import { demosPerQuery } from './methods.ts';
import { commonDemos } from './selection.ts';

/** The fewest items that rows are learned on. */
const FEWEST = 4;

/**
 * Learns W_k and W_v on items of the pool, each asked as the arm asks its queries. They are no demos of any prompt: where
 * each query has demos of its own, theirs come from the rest of the pool.
 */
export async function learnRows(
  work: Work,
  { arm, trial }: Cell,
  select: SelectFor,
  arrangement: (cell: Cell) => Arrange,
  subjectOf: (example: Example) => Subject,
  { items: wanted, epochs, learningRate, statesOf }: LearnRequest,
): Promise<TrainedRows> {
  const { setting, scorer, selections } = work;
  const { template, model, longestWord, pool, spec } = setting;
  const perQuery = demosPerQuery(arm);
  const taken = new Set(
    (perQuery || arm.shots === 0 ? [] : commonDemos(setting, select)).map(({ example }) => example.id),
  );
  const free = pool.filter(({ id }) => !taken.has(id));
  const items = shuffled(free, trialStream(setting, trial, 'ruminate/learn')).slice(0, wanted);
  const left = free.filter((example) => !items.includes(example));
  if (items.length < FEWEST || (perQuery && left.length === 0)) {
    throw dataError(
      `"${arm.name}" learns on ${wanted} pool items that are no demos, and the pool has ${free.length}. Give a larger pool, or learn on fewer.`,
    );
  }
  const demosFor = perQuery ? await selections.from(arm, trial, { pool: left, targets: items }) : select;
  const examples: RowsExample[] = [];
  let read = 0;
  const inspect = async (request: InspectRequest) => {
    const inspection = await scorer.inspect(request);
    read += inspection.promptTokens;
    return inspection;
  };
  for (const [i, query] of items.entries()) {
    setting.onPhase(`${arm.name}: reading ${i + 1} of ${items.length} items to learn on`);
    const fitted = await fitPrompt(withWords(setting, demosFor(query)), {
      render: (demos) => renderSegments({ template, demos, query }),
      arrange: arrangement({ arm, trial, query }),
      room: model.contextLength - longestWord,
      count: (texts) => scorer.count(texts),
    });
    if (fitted === null) continue;
    const { labels, continuations } = setting.answersOf(query);
    examples.push({
      prompt: fitted.prompt,
      continuations,
      labels: labels.flatMap(({ words }, label) => [...new Set(words)].map(() => label)),
      gold: labels.findIndex(({ id }) => id === query.label),
      states: await statesOf(subjectOf(query), inspect),
    });
  }
  setting.onPhase(`${arm.name}: learning on ${examples.length} items`);
  const trained = await scorer.trainRows({
    examples,
    epochs,
    learningRate,
    seed: streamSeed(spec.seed, 'trial', trial, 'ruminate/learn') >>> 0,
  });
  const { asked, computed } = trained.usage;
  return { ...trained, usage: { asked: asked + read, computed: computed + read } };
}
