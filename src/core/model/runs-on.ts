import type { ModelIdentity } from './language-model.ts';

/** What a model runs on and with, as text. */
export const runsOn = ({ backend, threads, precision }: ModelIdentity): string =>
  [backend, threads, precision].filter((part) => part !== undefined).join(', ');
