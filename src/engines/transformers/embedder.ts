import { EngineError } from '../../core/model/engine-error.ts';
import type { Slices } from '../slices.ts';
import { bad } from './decoder.ts';
import type { OnnxModel, Runtime, Tensor, Tokenizer } from './runtime.ts';
import { badRequest } from './text.ts';

/** The graph of a sentence embedder of the MiniLM class: the mean of the last hidden states over a text's tokens. */
export class EmbeddingGraph {
  /** Tokens that it reads at most, those counted that its tokenizer puts around a text. */
  readonly most: number;
  /** Tokens that its tokenizer puts around a text. */
  readonly around: number;
  readonly #runtime: Runtime;
  readonly #tokenizer: Tokenizer;
  readonly #model: OnnxModel;

  constructor(runtime: Runtime, tokenizer: Tokenizer, model: OnnxModel) {
    this.#runtime = runtime;
    this.#tokenizer = tokenizer;
    this.#model = model;
    const config = model.config as unknown as { max_position_embeddings?: unknown };
    this.most = typeof config.max_position_embeddings === 'number' ? config.max_position_embeddings : 512;
    this.around = tokenizer.encode('a').length - this.tokens('a').length;
  }

  /** Those of the text alone. */
  tokens(text: string): number[] {
    return text === '' ? [] : this.#tokenizer.encode(text, { add_special_tokens: false });
  }

  /** Each text on its own, so that padding moves no number. */
  async embed(texts: readonly string[], slices: Slices): Promise<Float32Array[]> {
    const vectors: Float32Array[] = [];
    for (const [i, text] of texts.entries()) {
      if (text === '') throw badRequest(`Text ${i + 1} is empty and has no embedding. Leave it out.`);
      vectors.push(await this.#one(text, i));
      await slices.pause();
    }
    return vectors;
  }

  async #one(text: string, index: number): Promise<Float32Array> {
    const ids = this.#tokenizer.encode(text);
    if (ids.length > this.most)
      throw new EngineError(
        'context-too-long',
        `Text ${index + 1} takes ${ids.length} tokens; the embedder reads at most ${this.most}. Shorten it.`,
        { recoverable: true },
      );
    const { Tensor, mean_pooling } = this.#runtime;
    const row = (value: (i: number) => number) =>
      new Tensor(
        'int64',
        BigInt64Array.from(ids, (_, i) => BigInt(value(i))),
        [1, ids.length],
      );
    const mask = row(() => 1);
    const inputs = { input_ids: row((i) => ids[i] as number), attention_mask: mask, token_type_ids: row(() => 0) };
    const asked: readonly string[] = this.#model.sessions.model?.inputNames ?? [];
    const outputs: Record<string, Tensor> = await this.#model(
      Object.fromEntries(Object.entries(inputs).filter(([name]) => asked.includes(name))),
    );
    const states = outputs.last_hidden_state ?? outputs.token_embeddings;
    if (states === undefined)
      throw bad(
        'it gives no last_hidden_state, so it is no sentence embedder. Choose one, for example Xenova/all-MiniLM-L6-v2',
      );
    return Float32Array.from(mean_pooling(states, mask).data as Float32Array);
  }

  async dispose(): Promise<void> {
    await this.#model.dispose();
  }
}
