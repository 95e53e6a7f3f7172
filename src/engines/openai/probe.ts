import { EngineError } from '../../core/model/engine-error.ts';
import type { Client } from './client.ts';
import { problem } from './failure.ts';
import { LlamaProps, ModelList } from './replies.ts';
import { echoScorer } from './scorers/echo.ts';
import { forcedScorer } from './scorers/forced.ts';
import { promptLogprobsScorer } from './scorers/prompt-logprobs.ts';
import type { Scorer, Target } from './scorers/scorer.ts';
import { LlamaTokenizer, type Tokenizer, vllmTokenizer } from './tokenizers.ts';
import type { Watch } from './watch.ts';

type Signal = AbortSignal | undefined;

export interface ModelEntry {
  readonly id: string;
  readonly owner: string | undefined;
  /** What the name stands for on the server, such as a path. */
  readonly root: string | undefined;
  readonly contextLength: number | undefined;
}

export async function listModels(client: Client, signal: Signal): Promise<readonly ModelEntry[]> {
  const { data } = await client.json('/v1/models', ModelList, { method: 'GET', signal, retries: 1 });
  return data.map((entry) => ({
    id: entry.id,
    owner: entry.owned_by ?? undefined,
    root: entry.root ?? undefined,
    contextLength: entry.max_model_len ?? entry.loaded_context_length ?? undefined,
  }));
}

/** The model asked for, or the only one there is. */
export function chooseModel(server: string, models: readonly ModelEntry[], id: string | undefined): ModelEntry {
  const names = models.map((model) => model.id);
  const known = names.length > 12 ? `${names.slice(0, 12).join(', ')}, ...` : names.join(', ');
  if (names.length === 0) throw problem('bad-request', `${server} has no model loaded. Load one there and try again.`);
  const found = id === undefined && models.length === 1 ? models[0] : models.find((model) => model.id === id);
  if (found !== undefined) return found;
  throw problem(
    'bad-request',
    id === undefined
      ? `${server} has several models. Name one: ${known}.`
      : `${server} has no model "${id}". It has: ${known}.`,
  );
}

export interface Abilities {
  readonly tokenizer: Tokenizer | undefined;
  readonly scorer: Scorer | undefined;
  /** What keeps each way of scoring from working, in the order they were tried. */
  readonly refusals: readonly { readonly way: string; readonly reason: string }[];
  /** As the server tells it. */
  readonly contextLength: number | undefined;
}

const SAMPLE = 'one two three';

/** Finds out how this server can be asked for exact log-probabilities. Nothing is assumed of it. */
export async function probe(client: Client, entry: ModelEntry, watch: Watch, signal: Signal): Promise<Abilities> {
  const target: Target = { client, model: entry.id, watch };
  const vllm = await vllmTokenizer(client, entry.id, signal);
  const llama = vllm === undefined ? await LlamaTokenizer.find(client, signal) : undefined;
  const props = llama && (await client.tryJson('/props', LlamaProps, { method: 'GET', signal }));
  const tokenizer = vllm?.tokenizer ?? llama;
  const ways: [string, Scorer | undefined][] = [
    ['prompt_logprobs (vLLM)', promptLogprobsScorer(target, vllm?.tokenizer)],
    ['echo with logprobs', echoScorer(target, tokenizer, 0)],
    ['echo with logprobs, one token written', echoScorer(target, tokenizer, 1)],
    ['forced tokens (llama.cpp)', llama && forcedScorer(target, llama)],
  ];
  const refusals: { way: string; reason: string }[] = [];
  let scorer: Scorer | undefined;
  for (const [way, candidate] of ways) {
    if (candidate === undefined) continue;
    const reason = await fault(candidate, signal);
    if (reason === undefined) {
      scorer = candidate;
      break;
    }
    if (!refusals.some((refusal) => refusal.reason === reason)) refusals.push({ way, reason });
  }
  const told = props?.ok === true ? props.value.default_generation_settings.n_ctx : undefined;
  return { tokenizer, scorer, refusals, contextLength: told ?? vllm?.contextLength ?? entry.contextLength };
}

/** What is wrong with a way of scoring; a server that cannot be reached at all is no matter of the way. */
async function fault(scorer: Scorer, signal: Signal): Promise<string | undefined> {
  try {
    const alone = await scorer.read(SAMPLE, signal);
    const { from, tokens } = await scorer.score(`${SAMPLE} four`, alone, signal);
    return from > 0 && from < tokens.length
      ? undefined
      : 'The tokens of a longer text do not go on where the shorter one ends.';
  } catch (error) {
    if (!(error instanceof EngineError) || ['aborted', 'network', 'quota'].includes(error.code)) throw error;
    return error.message;
  }
}
