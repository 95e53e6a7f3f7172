import { bc } from './batch.ts';
import type { Calibrator } from './calibrator.ts';
import { cc } from './contextual.ts';
import { dc } from './domain.ts';
import { kpc } from './kpc.ts';
import { labelFrequency } from './label-frequency.ts';
import { none } from './none.ts';
import { pmi } from './pmi.ts';
import { proca } from './prototypical.ts';
import { temperature } from './temperature.ts';

/** Every calibrator, by its `type` in specs and links. A new one is a file and a line here. */
export const calibrators = {
  none,
  cc,
  kpc,
  dc,
  bc,
  proca,
  pmi,
  'label-frequency': labelFrequency,
  temperature,
} satisfies Record<string, Pick<Calibrator, 'type'>>;
