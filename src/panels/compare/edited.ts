import { OWN } from '../../core/data/own.ts';
import { canonicalJson } from '../../core/hash.ts';
import type { Experiment } from '../host.ts';

/** What fixes the numbers: the notes of what an experiment was made with do not. */
function essence({ spec, rows }: Experiment): string {
  const { data, model, ...rest } = spec;
  return canonicalJson({
    ...rest,
    data: data.id,
    model: [model.engine, model.id],
    rows: data.id === OWN ? (rows ?? null) : null,
  });
}

/** Whether controls were changed after a run. */
export const isEdited = (now: Experiment, ran: Experiment): boolean => now !== ran && essence(now) !== essence(ran);
