import * as v from 'valibot';

const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));
const TokenIds = v.pipe(v.array(whole(0, 2 ** 31)), v.minLength(1));

const Stop = v.nullish(
  v.pipe(
    v.union([v.string(), v.array(v.string())]),
    v.transform((stop) => (typeof stop === 'string' ? [stop] : stop)),
    v.check((stop) => !stop.includes(''), 'a stop text is empty'),
  ),
  [],
);

const Bias = v.nullish(
  v.pipe(
    v.record(v.pipe(v.string(), v.regex(/^\d{1,9}$/u)), v.number()),
    v.transform((bias) => new Map(Object.entries(bias).map(([id, amount]) => [Number(id), amount]))),
  ),
  {},
);

const Count = whole(1, 100_000);

/** Options that this server does not have: left out or neutral, never passed over. */
const unsupported = {
  suffix: v.nullish(v.literal('', 'is not supported')),
  best_of: v.nullish(v.literal(1, 'is not supported')),
  frequency_penalty: v.nullish(v.literal(0, 'is not supported')),
  presence_penalty: v.nullish(v.literal(0, 'is not supported')),
};

const sampling = {
  model: v.nullish(v.string()),
  temperature: v.nullish(v.pipe(v.number(), v.minValue(0), v.maxValue(2))),
  top_p: v.nullish(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))),
  n: v.nullish(whole(1, 64)),
  seed: v.nullish(v.pipe(v.number(), v.safeInteger())),
  stop: Stop,
  logit_bias: Bias,
  stream: v.nullish(v.boolean()),
  stream_options: v.nullish(v.looseObject({ include_usage: v.nullish(v.boolean()) })),
  ...unsupported,
};

export const CompletionRequest = v.object({
  ...sampling,
  prompt: v.union(
    [v.string(), TokenIds, v.array(v.string()), v.array(TokenIds)],
    'must be text, token ids, or a list of either',
  ),
  max_tokens: v.nullish(whole(0, 100_000)),
  logprobs: v.nullish(whole(0, 20)),
  echo: v.nullish(v.boolean()),
  /** As vLLM has them. */
  prompt_logprobs: v.nullish(whole(0, 20)),
  add_special_tokens: v.nullish(v.boolean()),
  return_tokens_as_token_ids: v.nullish(v.boolean()),
});
export type CompletionRequest = v.InferOutput<typeof CompletionRequest>;

const Content = v.union([
  v.string(),
  v.array(v.object({ type: v.literal('text', 'only text can be read'), text: v.string() })),
]);

export const ChatRequest = v.object({
  ...sampling,
  messages: v.pipe(
    v.array(v.object({ role: v.picklist(['system', 'developer', 'user', 'assistant']), content: Content })),
    v.minLength(1),
  ),
  max_tokens: v.nullish(Count),
  max_completion_tokens: v.nullish(Count),
  logprobs: v.nullish(v.boolean()),
  top_logprobs: v.nullish(whole(0, 20)),
  tools: v.nullish(v.pipe(v.array(v.unknown()), v.maxLength(0, 'are not supported'))),
});
export type ChatRequest = v.InferOutput<typeof ChatRequest>;

export const EmbeddingRequest = v.object({
  model: v.nullish(v.string()),
  input: v.union([v.string(), v.pipe(v.array(v.string()), v.minLength(1))], 'must be text or a list of texts'),
  encoding_format: v.nullish(v.picklist(['float', 'base64'])),
  dimensions: v.nullish(v.never('is not supported')),
});

/** vLLM sends `prompt`, llama.cpp `content`. */
export const TokenizeRequest = v.union(
  [
    v.object({ prompt: v.string(), add_special_tokens: v.optional(v.boolean(), true) }),
    v.object({
      content: v.string(),
      add_special: v.optional(v.boolean(), false),
      with_pieces: v.optional(v.boolean(), false),
    }),
  ],
  'needs "prompt" or "content"',
);

export const DetokenizeRequest = v.object({ tokens: v.array(whole(0, 2 ** 31)) });

/** llama.cpp's own `/completion`. */
export const LlamaRequest = v.object({
  prompt: v.union([v.string(), TokenIds]),
  n_predict: v.optional(whole(1, 100_000), 16),
  n_probs: v.optional(whole(0, 100), 0),
  temperature: v.optional(v.pipe(v.number(), v.maxValue(100)), 0.8),
  top_p: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1)), 0.95),
  seed: v.optional(v.pipe(v.number(), v.safeInteger())),
  stop: v.optional(v.array(v.pipe(v.string(), v.nonEmpty())), []),
  logit_bias: v.optional(v.array(v.tuple([whole(0, 2 ** 31), v.number()])), []),
  stream: v.optional(v.literal(false, 'is not supported here'), false),
  post_sampling_probs: v.optional(v.literal(false, 'is not supported'), false),
});
