import { EngineError } from '../../core/model/engine-error.ts';
import type { OnnxModel, Runtime, Tensor } from './runtime.ts';

/** Keys and values of the tokens so far, by the names of the graph's inputs. Any number of runs can go on from it. */
export interface Past {
  readonly entries: Readonly<Record<string, Tensor>>;
  readonly length: number;
}

export interface Step {
  /** Of the last places asked for. Shape: [rows][vocabulary]. */
  readonly logits: Float32Array;
  readonly rows: number;
  readonly past: Past;
}

/** A causal language model's graph: tokens and a past in, logits and the longer past out. */
export class Decoder {
  readonly vocabulary: number;
  readonly contextLength: number;
  readonly ends: ReadonlySet<number>;
  /** Whether the graph computes the logits of the last places only; else it gives those of all. */
  readonly keepsFew: boolean;
  readonly #runtime: Runtime;
  readonly #model: OnnxModel;

  constructor(runtime: Runtime, model: OnnxModel) {
    this.#runtime = runtime;
    this.#model = model;
    const inputs: readonly string[] = model.sessions.model?.inputNames ?? [];
    if (!inputs.some((name) => name.startsWith('past')))
      throw bad(
        'its graph takes no past keys and values, so that nothing could be shared. Export it with them (text-generation-with-past)',
      );
    this.keepsFew = inputs.includes('num_logits_to_keep');
    const config = (model.config ?? {}) as unknown as Record<string, unknown>;
    const text = (config.text_config ?? config) as Record<string, unknown>;
    this.vocabulary = wholeNumber(text, 'vocab_size');
    this.contextLength = wholeNumber(text, 'max_position_embeddings', 'n_positions', 'max_seq_len', 'n_ctx');
    const ends = (model.generation_config as { eos_token_id?: unknown } | null)?.eos_token_id ?? text.eos_token_id;
    this.ends = new Set([ends].flat().filter((id) => typeof id === 'number'));
  }

  /** @param keep how many last places get logits; a graph that gives all of them gives all. */
  async run(tokens: readonly number[], past: Past | undefined, keep: number): Promise<Step> {
    const { Tensor, DynamicCache } = this.#runtime;
    const before = past?.length ?? 0;
    const length = before + tokens.length;
    const outputs: Record<string, Tensor> = await this.#model({
      input_ids: new Tensor('int64', BigInt64Array.from(tokens, BigInt), [1, tokens.length]),
      attention_mask: new Tensor('int64', new BigInt64Array(length).fill(1n), [1, length]),
      past_key_values: past === undefined ? null : new DynamicCache({ ...past.entries }),
      ...(this.keepsFew ? { num_logits_to_keep: new Tensor('int64', BigInt64Array.of(BigInt(keep)), []) } : {}),
    });
    const { logits, ...others } = outputs;
    if (logits === undefined) throw bad('its graph gives no logits');
    const [, rows = 0, width = 0] = logits.dims;
    if (width !== this.vocabulary)
      throw bad(`its graph gives ${width} logits a place, and its config.json says ${this.vocabulary}`);
    const entries = Object.entries(others).flatMap(([name, tensor]) => {
      const input = inputName(name);
      return input === undefined ? [] : [[input, tensor] as const];
    });
    const floats = logits.type === 'float32' ? logits : logits.to('float32');
    return { logits: floats.data as Float32Array, rows, past: { entries: Object.fromEntries(entries), length } };
  }

  /** Gives back what a past holds on a GPU. */
  free(past: Past | undefined): void {
    for (const tensor of Object.values(past?.entries ?? {}))
      if (tensor.location === 'gpu-buffer') void tensor.dispose();
  }

  async dispose(): Promise<void> {
    await this.#model.dispose();
  }
}

/** The input that takes an output again, by the names of Hugging Face's exports. */
function inputName(output: string): string | undefined {
  if (output.startsWith('present.')) return `past_key_values.${output.slice('present.'.length)}`;
  return output.startsWith('present_') ? `past_${output.slice('present_'.length)}` : undefined;
}

function wholeNumber(config: Record<string, unknown>, ...names: readonly string[]): number {
  const value = names.map((name) => config[name]).find((found) => found != null);
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw bad(`its config.json does not say ${names[0]}`);
}

export const bad = (what: string, cause?: unknown): EngineError =>
  new EngineError('bad-model', `The ONNX model cannot be used: ${what}.`, { cause });
