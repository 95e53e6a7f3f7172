import type { Capability } from './language-model.ts';

/** What a model with a capability can do, to stand after "can" or "cannot". */
export const ABILITIES: Readonly<Record<Capability, string>> = {
  logprobs: 'give the log-probabilities of label words',
  generate: 'write text',
  embed: 'give text embeddings',
  prefixCache: 'share prefixes',
  latent: 'be opened to look at and change its inside',
  train: 'be trained on',
};
