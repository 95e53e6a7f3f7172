import type { SelectFor } from '../demos/selector.ts';
import { specError } from '../errors.ts';
import type { Tuned } from '../tuning/tuner.ts';
import { type Cell, trialStream, type Work } from './cell.ts';
import type { Arrange } from './draft.ts';
import { tunerOf } from './methods.ts';

/** What the model is changed by for an arm, made once a trial for all arms that differ in nothing that it depends on. */
export async function tunedOf(
  work: Work,
  { arm, trial }: Pick<Cell, 'arm' | 'trial'>,
  select: SelectFor,
  arrangement: (cell: Cell) => Arrange,
): Promise<Tuned | null> {
  const { setting, scorer } = work;
  const { latent, identity } = setting.model;
  const { tune, learns } = tunerOf(arm);
  if (tune === null) return null;
  if (latent === undefined)
    throw specError(`The inside of ${identity.id} is closed. Choose the embedded model, or no tuning.`);
  const prompts = learns ? { select: arm.select, shots: arm.shots, order: arm.order } : null;
  return setting.remember(['tune', arm.tune, prompts, trial], () =>
    tune(
      {
        shape: latent.shape,
        random: (...name) => trialStream(setting, trial, ...name),
        items: async (wanted, places) => {
          const { poolExamples } = await import('./pool-examples.ts');
          const examples = await poolExamples(work, { arm, trial }, select, arrangement, {
            wanted,
            stream: 'tune/items',
            places,
          });
          return examples.map(({ query: _query, ...example }) => example);
        },
        gradient: (request) => scorer.prefixGradient(request),
        onPhase: (text) => setting.onPhase(`${arm.name}: ${text}`),
      },
      arm.tune as never,
    ),
  );
}
