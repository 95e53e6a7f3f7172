import type { Calibrator } from './calibrator.ts';
import { cc } from './contextual.ts';
import { kpc } from './kpc.ts';
import { none } from './none.ts';

/** Every calibrator, by its `type` in specs and links. A new one is a file and a line here. */
export const calibrators = { none, cc, kpc } satisfies Record<string, Pick<Calibrator, 'type'>>;
