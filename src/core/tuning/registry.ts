import { none } from './none.ts';
import { prefix } from './prefix.ts';
import { randomPrefix } from './random-prefix.ts';
import type { Tuner } from './tuner.ts';

/** Every tuning, by its `type` in specs and links. A new one is a file and a line here. */
export const tuners = {
  none,
  prefix,
  'random-prefix': randomPrefix,
} satisfies Record<string, Pick<Tuner, 'type'>>;
