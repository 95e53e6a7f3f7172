import * as v from 'valibot';

/** Answers of servers: what is read of them. All else is passed over. */

const Whole = v.pipe(v.number(), v.integer(), v.minValue(0));

export const ModelList = v.object({
  data: v.array(
    v.object({
      id: v.string(),
      owned_by: v.nullish(v.string()),
      root: v.nullish(v.string()),
      /** vLLM and SGLang. */
      max_model_len: v.nullish(Whole),
      /** LM Studio. */
      loaded_context_length: v.nullish(Whole),
    }),
  ),
});

/** Numbers come as they are: what is wrong with them is said where they are used. */
const Logprob = v.nullable(v.unknown());

/** OpenAI's older form of log-probabilities, and the chat form that llama.cpp gives here. */
const Logprobs = v.union([
  v.object({ tokens: v.array(v.string()), token_logprobs: v.array(Logprob) }),
  v.object({ content: v.array(v.object({ id: v.nullish(Whole), token: v.string(), logprob: Logprob })) }),
]);

export const Completion = v.object({
  model: v.nullish(v.string()),
  system_fingerprint: v.nullish(v.string()),
  choices: v.pipe(
    v.array(
      v.object({
        text: v.string(),
        finish_reason: v.nullish(v.string()),
        logprobs: v.nullish(Logprobs),
        prompt_logprobs: v.nullish(
          v.array(
            v.nullable(v.record(v.string(), v.object({ logprob: Logprob, decoded_token: v.nullish(v.string()) }))),
          ),
        ),
      }),
    ),
    v.minLength(1, 'there is no choice in it'),
  ),
});
export type Completion = v.InferOutput<typeof Completion>;
export type Choice = Completion['choices'][number];

export const VllmTokens = v.object({ tokens: v.array(Whole), max_model_len: v.nullish(Whole) });

export const LlamaTokens = v.object({
  tokens: v.array(v.object({ id: Whole, piece: v.union([v.string(), v.array(v.number())]) })),
});

export const LlamaProps = v.object({
  default_generation_settings: v.object({ n_ctx: Whole }),
  model_path: v.nullish(v.string()),
  build_info: v.nullish(v.string()),
});

export const LlamaAnswer = v.object({
  model: v.nullish(v.string()),
  tokens_evaluated: v.nullish(Whole),
  truncated: v.nullish(v.boolean()),
  completion_probabilities: v.pipe(
    v.array(v.object({ id: Whole, token: v.nullish(v.string()), logprob: Logprob })),
    v.minLength(1, 'completion_probabilities is empty'),
  ),
});

export const Embeddings = v.object({
  data: v.array(v.object({ index: v.optional(Whole), embedding: v.array(v.number()) })),
});
