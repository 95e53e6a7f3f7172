import { background } from './background.ts';
import { facts } from './facts.ts';
import { filler } from './filler.ts';
import { latentRows, latentSoft } from './latent-free.ts';
import { latentLearned } from './latent-learned.ts';
import { mention } from './mention.ts';
import { none } from './none.ts';
import { oneCall } from './one-call.ts';
import { option } from './option.ts';
import type { Rumination } from './rumination.ts';
import { sameBudget } from './same-budget.ts';
import { several } from './several.ts';
import { shuffled } from './shuffled.ts';
import { task } from './task.ts';

/** Every rumination, by its `type` in specs and links. A new one is a file and a line here. */
export const ruminations = {
  none,
  background,
  mention,
  task,
  option,
  several,
  'one-call': oneCall,
  filler,
  shuffled,
  facts,
  'same-budget': sameBudget,
  'latent-rows': latentRows,
  'latent-soft': latentSoft,
  'latent-learned': latentLearned,
} satisfies Record<string, Pick<Rumination, 'type'>>;
