import { background } from './background.ts';
import { filler } from './filler.ts';
import { none } from './none.ts';
import type { Rumination } from './rumination.ts';

/** Every rumination, by its `type` in specs and links. A new one is a file and a line here. */
export const ruminations = { none, background, filler } satisfies Record<string, Pick<Rumination, 'type'>>;
