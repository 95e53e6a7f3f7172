import * as v from 'valibot';
import { EngineError } from '../../core/model/engine-error.ts';
import type { CachedModel } from './prefix-cache.ts';

/**
 * The inside of web-llm's `LLMChatPipeline` that this engine stands on, as release 0.2.86 has it. The public interface gives no
 * logits of a prompt, so its GPU functions are called directly: embed, prefill or decode, with the paged key/value cache of TVM
 * between them. `requirePipeline` refuses a release that looks otherwise, and the self-test one that computes otherwise.
 */
export interface Pipeline {
  readonly tvm: {
    beginScope(): void;
    endScope(): void;
    getGlobalFunc(name: string): PackedFunction;
    detachFromCurrentScope<T>(value: T): T;
    scalar(value: number, dtype: 'int64'): unknown;
    makeShapeTuple(shape: readonly number[]): unknown;
    /** The device that the model runs on. */
    readonly lib: { readonly webGPUContext?: { readonly device: { readonly lost: Promise<unknown> } } };
  };
  readonly tokenizer: {
    encode(text: string): Int32Array;
    decode(ids: Int32Array): string;
  };
  readonly device: { sync(): Promise<void> };
  readonly kvCache: unknown;
  readonly contextWindowSize: number;
  readonly slidingWindowSize: number;
  readonly prefillChunkSize: number;
  readonly fullVocabSize: number;
  readonly fclearKVCaches: PackedFunction;
  readonly fKVCacheAddSequence: PackedFunction;
  readonly fKVCacheRemoveSequence: PackedFunction;
  readonly fKVCacheBeginForward: PackedFunction;
  readonly fKVCacheEndForward: PackedFunction;
  getTokensEmbeddings(tokens: readonly number[]): Tensor;
  invokePrefill(embeddings: Tensor, length: number): { get(index: number): Tensor };
  invokeDecode(embeddings: Tensor): { get(index: number): Tensor };
  updateLogitsOnCPU(logits: Tensor): { toArray(): Float32Array };
}

type PackedFunction = (...args: unknown[]) => unknown;

interface Tensor {
  readonly shape: readonly number[];
  view(shape: readonly number[]): Tensor;
}

const func = v.function();
const positive = v.pipe(v.number(), v.integer(), v.minValue(1));

const Shape = v.looseObject({
  tvm: v.looseObject({
    beginScope: func,
    endScope: func,
    getGlobalFunc: func,
    detachFromCurrentScope: func,
    scalar: func,
    makeShapeTuple: func,
    lib: v.looseObject({}),
  }),
  tokenizer: v.looseObject({ encode: func, decode: func }),
  device: v.looseObject({ sync: func }),
  kvCache: v.nonNullish(v.unknown(), 'is missing'),
  rnnState: v.optional(v.undefined('is a recurrent state, which keeps no prefix')),
  contextWindowSize: positive,
  slidingWindowSize: v.literal(-1),
  prefillChunkSize: positive,
  fullVocabSize: positive,
  fclearKVCaches: func,
  fKVCacheAddSequence: func,
  fKVCacheRemoveSequence: func,
  fKVCacheBeginForward: func,
  fKVCacheEndForward: func,
  getTokensEmbeddings: func,
  invokePrefill: func,
  invokeDecode: func,
  updateLogitsOnCPU: func,
});

export function requirePipeline(value: unknown): Pipeline {
  const result = v.safeParse(Shape, value);
  if (result.success) return value as Pipeline;
  const [issue] = result.issues;
  throw new EngineError(
    'bad-model',
    `This model cannot be scored through web-llm: ${v.getDotPath(issue) ?? 'its pipeline'} ${issue.message}. Choose another model.`,
  );
}

/** Tokens a page of the cache; web-llm asks TVM for no other size. */
const PAGE = 16;

/** The pipeline's cache and forward pass. Sequences beyond the one that web-llm itself uses share its pages. */
export function cachedModel(pipeline: Pipeline): CachedModel {
  const { tvm, kvCache } = pipeline;
  const global = (name: string): PackedFunction => {
    tvm.beginScope();
    try {
      return tvm.detachFromCurrentScope(tvm.getGlobalFunc(name));
    } finally {
      tvm.endScope();
    }
  };
  const popTokens = global('vm.builtin.kv_state_popn');
  const availablePages = global('vm.builtin.attention_kv_cache_get_num_available_pages');
  /** TVM frees what a scope made when it ends. */
  const scoped = <T>(work: () => T): T => {
    tvm.beginScope();
    try {
      return work();
    } finally {
      tvm.endScope();
    }
  };
  const int = (value: number) => tvm.scalar(value, 'int64');
  const clear = () => void scoped(() => pipeline.fclearKVCaches(kvCache));
  // web-llm begins with a sequence of its own.
  clear();

  function forward(sequence: number, tokens: readonly number[]) {
    const embedded = pipeline.getTokensEmbeddings(tokens);
    const embeddings = embedded.view([1, ...embedded.shape]);
    pipeline.fKVCacheBeginForward(kvCache, tvm.makeShapeTuple([sequence]), tvm.makeShapeTuple([tokens.length]));
    const output =
      tokens.length > 1 ? pipeline.invokePrefill(embeddings, tokens.length) : pipeline.invokeDecode(embeddings);
    pipeline.fKVCacheEndForward(kvCache);
    return output.get(0);
  }

  return {
    contextLength: pipeline.contextWindowSize,
    pageSize: PAGE,
    freePages: () => Number(scoped(() => availablePages(kvCache))),
    clear,
    add: (sequence) => void scoped(() => pipeline.fKVCacheAddSequence(kvCache, int(sequence))),
    remove: (sequence) => void scoped(() => pipeline.fKVCacheRemoveSequence(kvCache, int(sequence))),
    pop: (sequence, count) => void scoped(() => popTokens(kvCache, int(sequence), int(count))),
    async append(sequence, tokens) {
      const chunk = pipeline.prefillChunkSize;
      let start = 0;
      for (; start + chunk < tokens.length; start += chunk) {
        scoped(() => forward(sequence, tokens.slice(start, start + chunk)));
        await pipeline.device.sync();
      }
      // Only the last position's logits are read back.
      const logits = scoped(() => pipeline.updateLogitsOnCPU(forward(sequence, tokens.slice(start))));
      await pipeline.device.sync();
      return logits.toArray();
    },
  };
}
