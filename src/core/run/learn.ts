import type { Example } from '../data/example.ts';
import type { SelectFor } from '../demos/selector.ts';
import type { InspectRequest, RowsExample, TrainedRows } from '../model/latent.ts';
import { streamSeed } from '../random/stream.ts';
import type { LearnRequest, Subject } from '../rumination/rumination.ts';
import type { Cell, Work } from './cell.ts';
import type { Arrange } from './draft.ts';
import { poolExamples } from './pool-examples.ts';

/** Learns W_k and W_v on items of the pool, each asked as the arm asks its queries. */
export async function learnRows(
  work: Work,
  { arm, trial }: Cell,
  select: SelectFor,
  arrangement: (cell: Cell) => Arrange,
  subjectOf: (example: Example) => Subject,
  { items: wanted, epochs, learningRate, statesOf }: LearnRequest,
): Promise<TrainedRows> {
  const { setting, scorer } = work;
  const stream = 'ruminate/learn';
  const items = await poolExamples(work, { arm, trial }, select, arrangement, { wanted, stream, places: 0 });
  let read = 0;
  const inspect = async (request: InspectRequest) => {
    const inspection = await scorer.inspect(request);
    read += inspection.promptTokens;
    return inspection;
  };
  const examples: RowsExample[] = [];
  for (const [i, { query, ...example }] of items.entries()) {
    setting.onPhase(`${arm.name}: reading ${i + 1} of ${items.length} items to learn on`);
    examples.push({ ...example, states: await statesOf(subjectOf(query), inspect) });
  }
  setting.onPhase(`${arm.name}: learning on ${examples.length} items`);
  const trained = await scorer.trainRows({
    examples,
    epochs,
    learningRate,
    seed: streamSeed(setting.spec.seed, 'trial', trial, stream) >>> 0,
  });
  const { asked, computed } = trained.usage;
  return { ...trained, usage: { asked: asked + read, computed: computed + read } };
}
