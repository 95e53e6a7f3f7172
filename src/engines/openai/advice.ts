import type { Endpoint } from './endpoint.ts';

/** What to change, by the software that runs the server. */
interface Advice {
  readonly title: string;
  /** How `/v1/models` names the owner, and the port it listens on by default. */
  readonly owner: string;
  readonly port: string;
  readonly cors: (origin: string) => string;
  readonly scoring: string;
  readonly context: string;
  readonly repeatable: string;
}

const KNOWN: readonly Advice[] = [
  {
    title: 'vLLM',
    owner: 'vllm',
    port: '8000',
    cors: (origin) => `start it with --allowed-origins '["${origin}"]'`,
    scoring:
      'it gives prompt_logprobs on /v1/completions by itself; with --max-logprobs 0 or behind some gateways it does not',
    context: '--max-model-len N',
    repeatable: 'VLLM_BATCH_INVARIANT=1 where the GPU allows it, or --dtype float32',
  },
  {
    title: 'llama.cpp',
    owner: 'llamacpp',
    port: '8080',
    cors: (origin) => `start it with --cors-origins ${origin}`,
    scoring:
      'its own /completion and /tokenize must be reachable beside /v1, and not hidden by a proxy or --api-prefix',
    context: '-c N',
    repeatable: '-np 1, so that requests are not mixed in one batch',
  },
  {
    title: 'SGLang',
    owner: 'sglang',
    port: '30000',
    cors: () => 'put it behind a proxy that sends Access-Control-Allow-Origin for this page',
    scoring: 'it echoes log-probabilities on /v1/completions',
    context: '--context-length N',
    repeatable: '--enable-deterministic-inference',
  },
  {
    title: 'Ollama',
    owner: 'library',
    port: '11434',
    cors: (origin) => `set OLLAMA_ORIGINS=${origin} and restart it`,
    scoring: "it tells nothing of a prompt's tokens: run the same GGUF file with llama.cpp's llama-server",
    context: 'OLLAMA_CONTEXT_LENGTH=N',
    repeatable: 'OLLAMA_NUM_PARALLEL=1',
  },
  {
    title: 'LM Studio',
    owner: 'organization_owner',
    port: '1234',
    cors: () => 'switch on "Enable CORS" in its server settings, or start it with lms server start --cors',
    scoring: "it tells nothing of a prompt's tokens: run the same GGUF file with llama.cpp's llama-server",
    context: "the context length in the model's load settings",
    repeatable: 'one request at a time',
  },
  {
    title: 'knowshot serve',
    owner: 'knowshot',
    port: '4180',
    cors: (origin) => `start it with --allow-origin ${origin}`,
    scoring: 'start it with --dialect all',
    context: 'a model with a longer context',
    repeatable: 'nothing: it always gives the same numbers',
  },
];

/** Which of the known servers it is, by what it says of its models, or else by its port. */
export function knownServer(endpoint: Endpoint, owner: string | undefined): string | undefined {
  const byOwner = KNOWN.find((entry) => entry.owner === owner);
  const byPort = KNOWN.find((entry) => endpoint.host.endsWith(`:${entry.port}`));
  return (byOwner ?? (owner === undefined ? byPort : undefined))?.title;
}

/** The setting to change: of the server that it is, or of each that it may be. */
export function advise(
  kind: 'cors' | 'scoring' | 'context' | 'repeatable',
  title: string | undefined,
  origin = '',
): string {
  const entries = title === undefined ? KNOWN : KNOWN.filter((entry) => entry.title === title);
  return entries
    .map((entry) => {
      const what = kind === 'cors' ? entry.cors(origin) : entry[kind];
      return `${entry.title}: ${what}`;
    })
    .join('; ');
}
