import type { ModelConfig } from './config.ts';

/** A matrix of the file, and its rows. */
type Part = readonly [name: string, rows: number];

/** The names that the Llama family gives a layer's weights; projections of the same input stand together. */
export function layerNames(index: number, { heads, kvHeads, headWidth, hidden, inner }: ModelConfig) {
  const name = (part: string) => `model.layers.${index}.${part}`;
  const parts = (...list: Part[]): readonly Part[] => list;
  return {
    attentionNorm: name('input_layernorm.weight'),
    qkv: parts(
      [name('self_attn.q_proj'), heads * headWidth],
      [name('self_attn.k_proj'), kvHeads * headWidth],
      [name('self_attn.v_proj'), kvHeads * headWidth],
    ),
    output: parts([name('self_attn.o_proj'), hidden]),
    mlpNorm: name('post_attention_layernorm.weight'),
    gateUp: parts([name('mlp.gate_proj'), inner], [name('mlp.up_proj'), inner]),
    down: parts([name('mlp.down_proj'), hidden]),
  };
}

export const EMBEDDING = 'model.embed_tokens';
export const HEAD = 'lm_head';
export const FINAL_NORM = 'model.norm.weight';
