import type { Client } from '../client.ts';
import type { Choice } from '../replies.ts';
import { Completion } from '../replies.ts';
import type { Token } from '../tokens.ts';
import type { Watch } from '../watch.ts';

/** The tokens of a text from a place on, and their log-probabilities. */
export interface Scored {
  /** Tokens of the whole text, start token included. */
  readonly tokens: readonly Token[];
  readonly from: number;
  /** Of the tokens from `from` on; `null` where nothing comes before. */
  readonly logprobs: readonly (number | null)[];
}

/** One way to get exact log-probabilities of given text out of a server. */
export interface Scorer {
  readonly name: string;
  /** Tokens as the model reads a text, start token included. */
  read(text: string, signal: AbortSignal | undefined): Promise<readonly Token[]>;
  /** @param alone the tokens of the prompt that the text begins with. */
  score(text: string, alone: readonly Token[], signal: AbortSignal | undefined): Promise<Scored>;
}

/** What every way needs: the server, the model, and an eye on which model answers. */
export interface Target {
  readonly client: Client;
  readonly model: string;
  readonly watch: Watch;
}

/** The first choice of a completion without drawing anything at random. */
export async function complete(
  { client, model, watch }: Target,
  body: Readonly<Record<string, unknown>>,
  signal: AbortSignal | undefined,
): Promise<Choice> {
  const reply = await client.json('/v1/completions', Completion, {
    body: { model, temperature: 0, stream: false, ...body },
    signal,
  });
  watch.see(reply);
  return reply.choices[0] as Choice;
}
