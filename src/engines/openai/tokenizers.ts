import type { Client } from './client.ts';
import { LlamaTokens, VllmTokens } from './replies.ts';
import type { Token } from './tokens.ts';

type Signal = AbortSignal | undefined;

/** A server's own way to cut texts into tokens. */
export interface Tokenizer {
  readonly name: string;
  /** As the model reads the text, start token included. */
  ids(text: string, signal: Signal): Promise<readonly number[]>;
}

/** vLLM's `/tokenize`; also tells how much the model reads. */
export async function vllmTokenizer(
  client: Client,
  model: string,
  signal: Signal,
): Promise<{ tokenizer: Tokenizer; contextLength: number | undefined } | undefined> {
  const ask = (text: string, again: { retries?: number }, use: Signal) =>
    client.json('/tokenize', VllmTokens, {
      body: { model, prompt: text, add_special_tokens: true },
      signal: use,
      ...again,
    });
  const probe = await client.tryJson('/tokenize', VllmTokens, {
    body: { model, prompt: 'a b', add_special_tokens: true },
    signal,
  });
  if (!probe.ok || probe.value.tokens.length === 0) return undefined;
  return {
    tokenizer: { name: '/tokenize as vLLM has it', ids: async (text, use) => (await ask(text, {}, use)).tokens },
    contextLength: probe.value.max_model_len ?? undefined,
  };
}

/** llama.cpp's `/tokenize`, with the text of each token. */
export class LlamaTokenizer implements Tokenizer {
  readonly name = '/tokenize as llama.cpp has it';
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  static async find(client: Client, signal: Signal): Promise<LlamaTokenizer | undefined> {
    const body = { content: 'a b', add_special: true, with_pieces: true };
    const probe = await client.tryJson('/tokenize', LlamaTokens, { body, signal });
    return probe.ok && probe.value.tokens.length > 0 ? new LlamaTokenizer(client) : undefined;
  }

  async tokens(text: string, signal: Signal): Promise<readonly Token[]> {
    const body = { content: text, add_special: true, with_pieces: true };
    const { tokens } = await this.#client.json('/tokenize', LlamaTokens, { body, signal });
    return tokens.map(({ id, piece }) => ({ id, text: typeof piece === 'string' ? piece : '\uFFFD' }));
  }

  async ids(text: string, signal: Signal): Promise<readonly number[]> {
    return (await this.tokens(text, signal)).map((token) => token.id);
  }
}
