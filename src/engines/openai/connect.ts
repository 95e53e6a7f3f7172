import { textDigest } from '../../core/hash.ts';
import { EngineError, throwIfAborted } from '../../core/model/engine-error.ts';
import type { Capability, LanguageModel, LoadProgress } from '../../core/model/language-model.ts';
import { Client, type RetryPolicy } from './client.ts';
import { Endpoint } from './endpoint.ts';
import { ServerModel } from './engine.ts';
import { problem } from './failure.ts';
import { inPieces, type Reader } from './pieces.ts';
import { type Abilities, chooseModel, listModels, type ModelEntry, probe } from './probe.ts';
import { Embeddings } from './replies.ts';
import { PROMPT_LOGPROBS } from './scorers/prompt-logprobs.ts';
import { complete, type Target } from './scorers/scorer.ts';
import { cover } from './tokens.ts';
import { SERVER_TOLERANCE } from './trial.ts';
import { Watch } from './watch.ts';

export const OPENAI_ENGINE = 'openai';

/** Where a server does not tell how much its model reads. */
export const ASSUMED_CONTEXT = 4096;

export interface ServerOptions {
  /** Such as `http://127.0.0.1:8000/v1`; no key in it. */
  readonly url: string;
  /** A model of the server; may be left out where it has one only. */
  readonly model?: string | undefined;
  /** Kept in memory only: not in the identity, nor in any message. */
  readonly apiKey?: string | undefined;
  /** Tokens that the model reads, where the server does not tell or tells too much. */
  readonly contextLength?: number | undefined;
  /** Requests under way at a time. */
  readonly concurrency?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly retry?: Partial<RetryPolicy> | undefined;
  readonly fetch?: typeof fetch | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ConnectOptions extends ServerOptions {
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

export function clientFor(options: ServerOptions): Client {
  return new Client({
    endpoint: new Endpoint(options.url),
    fetch: options.fetch ?? ((...args) => fetch(...args)),
    apiKey: options.apiKey === '' ? undefined : options.apiKey,
    concurrency: options.concurrency ?? 8,
    timeoutMs: options.timeoutMs ?? 120_000,
    retry: { retries: 5, firstMs: 500, longestMs: 60_000, ...options.retry },
  });
}

/**
 * Connects to a model on a server and tries it. A server without exact log-probabilities of given text, or whose figures
 * fail the self-test, comes without the capability `logprobs`; asking it to score says why.
 */
export async function connectServer(options: ConnectOptions): Promise<LanguageModel> {
  const { signal, onProgress } = options;
  throwIfAborted(signal);
  onProgress?.({ phase: 'prepare' });
  const client = clientFor(options);
  const entry = chooseModel(client.server, await listModels(client, signal), options.model);
  const watch = new Watch(client.server, SERVER_TOLERANCE);
  const abilities = await probe(client, entry, watch, signal);
  const model = await assemble(options, { client, model: entry.id, watch }, entry, abilities);
  onProgress?.({ phase: 'self-test' });
  await model.test(signal);
  onProgress?.({ phase: 'ready' });
  return model;
}

const SAMPLE = 'one two three';

async function assemble(
  { signal, contextLength }: ConnectOptions,
  target: Target,
  entry: ModelEntry,
  abilities: Abilities,
): Promise<ServerModel> {
  const { scorer } = abilities;
  const { client } = target;
  const written = await wrote(target, signal);
  if (written === undefined && scorer === undefined)
    throw problem(
      'no-capability',
      `${client.server} does not complete plain text at /v1/completions. A server for chats only cannot be used.`,
    );
  const start = await startTokens(abilities, signal);
  const read = readerOf(abilities, start);
  const sample = (await read?.(SAMPLE, signal)) ?? [];
  const embeds = await client.tryJson('/v1/embeddings', Embeddings, {
    body: { model: entry.id, input: ['one'] },
    signal,
  });
  const capabilities = new Set<Capability>([
    ...(scorer === undefined ? [] : (['logprobs'] as const)),
    ...(written === undefined ? [] : (['generate'] as const)),
    ...(embeds.ok ? (['embed'] as const) : []),
  ]);
  return new ServerModel({
    identity: {
      engine: OPENAI_ENGINE,
      id: entry.id,
      // The server's own word where it says one, and what the model is seen to do: another model under this name is another revision.
      revision: textDigest(
        JSON.stringify([entry.root ?? null, sample.map((token) => token.id), written ?? null]),
      ).slice(0, 12),
      files: [],
      backend: `HTTP, ${scorer?.name ?? 'text only'}`,
      precision: 'as the server runs it',
    },
    capabilities,
    contextLength: contextLength ?? abilities.contextLength ?? ASSUMED_CONTEXT,
    target,
    start,
    read,
    scorer,
    tokensById: scorer?.name === PROMPT_LOGPROBS,
    whyNot: scorer === undefined ? unscorable(client.server, abilities) : undefined,
  });
}

/** What the model writes without chance; `undefined` where the server completes no plain text. */
async function wrote(target: Target, signal: AbortSignal | undefined): Promise<string | undefined> {
  try {
    return (await complete(target, { prompt: SAMPLE, max_tokens: 8 }, signal)).text;
  } catch (error) {
    if (error instanceof EngineError && error.code === 'bad-request') return undefined;
    throw error;
  }
}

function readerOf({ tokenizer, scorer }: Abilities, start: number): Reader | undefined {
  if (tokenizer !== undefined)
    return async (text, signal) => (await tokenizer.ids(text, signal)).map((id) => ({ id, text: '' }));
  return scorer && inPieces(scorer.read, start);
}

/** Tokens that the server puts before a text: none, or one that starts it. */
async function startTokens({ tokenizer, scorer }: Abilities, signal: AbortSignal | undefined): Promise<number> {
  if (tokenizer !== undefined) return (await tokenizer.ids('', signal)).length;
  if (scorer === undefined) return 0;
  return cover((await scorer.read(SAMPLE, signal)).slice(1), SAMPLE) ? 1 : 0;
}

export function unscorable(server: string, { refusals }: Abilities): EngineError {
  const reasons = refusals.map(({ way, reason }) => `${way}: ${reason}`).join(' ');
  return problem(
    'no-capability',
    `${server} gives no exact log-probabilities of given text, so that it cannot be scored; it can still write. vLLM and llama.cpp's server can. Tried: ${reasons}`,
  );
}
