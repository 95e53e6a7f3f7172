import * as v from 'valibot';
import { badModel, parseModelJson } from './manifest.ts';

const Count = v.pipe(v.number(), v.integer(), v.minValue(1));
const TokenId = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Hugging Face's `config.json` of the Llama family; what this engine does not compute is refused, not ignored. */
const ConfigFile = v.object({
  model_type: v.optional(v.literal('llama')),
  hidden_act: v.optional(v.literal('silu')),
  hidden_size: Count,
  num_hidden_layers: Count,
  num_attention_heads: Count,
  num_key_value_heads: v.optional(Count),
  head_dim: v.nullish(Count),
  intermediate_size: Count,
  vocab_size: Count,
  rms_norm_eps: v.pipe(v.number(), v.gtValue(0)),
  rope_theta: v.optional(v.pipe(v.number(), v.gtValue(0))),
  rope_scaling: v.nullish(v.never('is not supported')),
  /** Newer transformers keep the rotary base here. */
  rope_parameters: v.nullish(
    v.object({ rope_theta: v.optional(v.pipe(v.number(), v.gtValue(0))), rope_type: v.optional(v.literal('default')) }),
  ),
  max_position_embeddings: Count,
  tie_word_embeddings: v.optional(v.boolean(), false),
  attention_bias: v.optional(v.literal(false)),
  mlp_bias: v.optional(v.literal(false)),
  bos_token_id: TokenId,
  eos_token_id: v.union([TokenId, v.array(TokenId)]),
  quantization_config: v.nullish(
    v.object({ quant_method: v.literal('compressed-tensors'), format: v.literal('int-quantized') }),
  ),
});

export interface ModelConfig {
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headWidth: number;
  readonly inner: number;
  readonly vocabulary: number;
  readonly normEps: number;
  readonly ropeTheta: number;
  readonly contextLength: number;
  readonly tied: boolean;
  readonly bos: number;
  readonly eos: ReadonlySet<number>;
}

export function parseConfig(bytes: Uint8Array): ModelConfig {
  const file = parseModelJson('config.json', bytes, ConfigFile);
  const config: ModelConfig = {
    hidden: file.hidden_size,
    layers: file.num_hidden_layers,
    heads: file.num_attention_heads,
    kvHeads: file.num_key_value_heads ?? file.num_attention_heads,
    headWidth: file.head_dim ?? file.hidden_size / file.num_attention_heads,
    inner: file.intermediate_size,
    vocabulary: file.vocab_size,
    normEps: file.rms_norm_eps,
    ropeTheta: file.rope_theta ?? file.rope_parameters?.rope_theta ?? 10000,
    contextLength: file.max_position_embeddings,
    tied: file.tie_word_embeddings,
    bos: file.bos_token_id,
    eos: new Set([file.eos_token_id].flat()),
  };
  // The kernels work on whole vectors of eight.
  for (const [name, size] of [
    ['hidden_size', config.hidden],
    ['head_dim', config.headWidth],
    ['intermediate_size', config.inner],
  ] as const) {
    if (size % 8 !== 0) throw badModel(`config.json: ${name} is ${size}, not a multiple of 8`);
  }
  if (config.heads % config.kvHeads !== 0)
    throw badModel('config.json: num_attention_heads is not a multiple of num_key_value_heads');
  for (const id of [config.bos, ...config.eos]) {
    if (id >= config.vocabulary)
      throw badModel(`config.json: token id ${id} is outside the vocabulary of ${config.vocabulary}`);
  }
  return config;
}
