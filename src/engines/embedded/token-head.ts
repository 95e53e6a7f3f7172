/** The log-probability of the i-th asked token. */
export type OnLogprobs = (i: number, logprob: number) => void;

/** Log-probabilities, over the whole vocabulary, of chosen tokens after hidden states. */
export interface TokenHead {
  /** Takes the hidden state of a slot now; answers come at the latest with `settle`. */
  want(slot: number, ids: readonly number[], onLogprobs: OnLogprobs): void;
  settle(): Promise<void>;
  /** Forgets what was asked and not answered. */
  drop(): void;
}
