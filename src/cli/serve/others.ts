import type { ServerResponse } from 'node:http';
import type * as v from 'valibot';
import { badRequest, sendJson } from './http.ts';
import type { DetokenizeRequest, EmbeddingRequest, LlamaRequest, TokenizeRequest } from './requests.ts';
import { promptIds, requireModel, type Served, tokenRequests } from './served.ts';

export function models({ model, created }: Served, response: ServerResponse): void {
  const { id, revision } = model.identity;
  const entry = {
    id,
    object: 'model',
    created,
    owned_by: 'knowshot',
    root: `${id}@${revision}`,
    max_model_len: model.contextLength,
  };
  sendJson(response, 200, { object: 'list', data: [entry] });
}

/** Vectors of length one, as OpenAI's are. */
export async function embeddings(
  served: Served,
  body: v.InferOutput<typeof EmbeddingRequest>,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  requireModel(served, body.model);
  const { model } = served;
  const texts = typeof body.input === 'string' ? [body.input] : body.input;
  const vectors = await model.embed(texts, { signal });
  const tokens = (await model.tokenize(texts, { signal })).reduce((sum, ids) => sum + ids.length, 0);
  const data = vectors.map((vector, index) => {
    const unit = normalised(vector);
    const base64 = () => Buffer.from(unit.buffer, unit.byteOffset, unit.byteLength).toString('base64');
    return { object: 'embedding', index, embedding: body.encoding_format === 'base64' ? base64() : [...unit] };
  });
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  sendJson(response, 200, { object: 'list', data, model: model.identity.id, usage });
}

function normalised(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((x) => x / length);
}

export async function tokenize(
  served: Served,
  body: v.InferOutput<typeof TokenizeRequest>,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const { model, features } = served;
  if ('prompt' in body) {
    if (!features.has('tokenize')) throw badRequest('"content" is missing.');
    const [tokens = []] = await promptIds(served, [body.prompt], body.add_special_tokens, signal);
    sendJson(response, 200, { count: tokens.length, max_model_len: model.contextLength, tokens });
    return;
  }
  if (!features.has('llama.cpp')) throw badRequest('"prompt" is missing.');
  const [ids = []] = await promptIds(served, [body.content], body.add_special, signal);
  const tokens = body.with_pieces ? ids.map((id) => ({ id, piece: model.tokenText(id) })) : ids;
  sendJson(response, 200, { tokens });
}

/** `prompt` as vLLM names the text, `content` as llama.cpp does. */
export function detokenize(
  { model }: Served,
  { tokens }: v.InferOutput<typeof DetokenizeRequest>,
  response: ServerResponse,
): void {
  const text = model.detokenize(tokens);
  sendJson(response, 200, { prompt: text, content: text });
}

/** llama.cpp's own completion. Its token ids are read as they stand; a text gets the start token. */
export async function llamaCompletion(
  served: Served,
  body: v.InferOutput<typeof LlamaRequest>,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const { model } = served;
  const [prompt = []] = await promptIds(served, [body.prompt], true, signal);
  const sampling = { ...body, temperature: Math.max(0, body.temperature), logit_bias: new Map(body.logit_bias) };
  const requests = tokenRequests(prompt, sampling, { n: 1, maxTokens: body.n_predict, top: body.n_probs });
  const [result] = await model.generateTokens(requests, { signal });
  if (result === undefined) throw new Error('one request has one result');
  const named = ({ id, logprob }: { id: number; logprob: number }) => {
    const token = model.tokenText(id);
    return { id, token, bytes: [...new TextEncoder().encode(token)], logprob };
  };
  sendJson(response, 200, {
    index: 0,
    content: result.text,
    tokens: result.tokenIds,
    id_slot: 0,
    stop: true,
    model: model.identity.id,
    tokens_predicted: result.tokenIds.length,
    tokens_evaluated: prompt.length,
    truncated: false,
    stop_type: { stop: 'word', length: 'limit', end: 'eos' }[result.finish],
    ...(body.n_probs === 0
      ? {}
      : {
          completion_probabilities: result.tokens.map((token) => ({
            ...named(token),
            top_logprobs: token.top.map(named),
          })),
        }),
  });
}

export function props({ model }: Served, response: ServerResponse): void {
  const { id, revision } = model.identity;
  sendJson(response, 200, {
    default_generation_settings: { n_ctx: model.contextLength },
    total_slots: 1,
    model_path: `${id}@${revision}`,
    build_info: 'knowshot',
  });
}
