import { TextCodec } from '../../../src/engines/embedded/tokenizer.ts';
import type { Opened } from '../../../src/engines/web-llm/open.ts';
import { cachedModel, type Pipeline, requirePipeline } from '../../../src/engines/web-llm/pipeline.ts';
import { tinyModel } from '../embedded/tiny-model.ts';

export interface StandInOptions {
  /** Tokens that the cache has pages for. */
  readonly window?: number;
  readonly chunk?: number;
  /** Faults of a GPU or a library. */
  readonly fault?: 'pop' | 'drift' | 'nan' | undefined;
  /** Added to a token's logit wherever it is asked for. */
  readonly bias?: Readonly<Record<number, number>>;
}

export interface StandIn extends Opened {
  readonly pipeline: Pipeline;
  readonly encode: (text: string) => number[];
  /** Lengths of what ran, in order. */
  readonly forwards: number[];
  /** Sequences that the cache holds now. */
  readonly sequences: () => readonly (readonly number[])[];
  lose(reason: string): void;
}

const PAGE = 16;

/** The size of the tokenizer's vocabulary, with rows that no token has, as real models pad theirs. */
const VOCABULARY = 320;

let files: Map<string, Uint8Array<ArrayBuffer>> | undefined;

/**
 * A stand-in for the GPU functions of web-llm's pipeline: a paged cache that keeps TVM's rules, and logits that depend on every
 * token before them. A prefix that is wrongly kept gives other numbers; a rule that is broken throws as TVM does.
 */
export async function standIn({ window = 512, chunk = 64, fault, bias = {} }: StandInOptions = {}): Promise<StandIn> {
  files ??= (await tinyModel()).files;
  const codec = await TextCodec.open(bytes('tokenizer.json'), bytes('tokenizer_config.json'), VOCABULARY);
  const sequences = new Map<number, number[]>();
  const forwards: number[] = [];
  let scopes = 0;
  let running: { id: number; length: number } | undefined;
  let calls = 0;
  let lost: string | undefined;
  let tell: (reason: string) => void = () => {};
  const loss = new Promise<string>((resolve) => {
    tell = resolve;
  });

  const need = (condition: boolean, message: string) => {
    if (!condition) throw new Error(`TVM: ${message}`);
  };
  const checked =
    <A extends unknown[], T>(work: (...args: A) => T) =>
    (...args: A): T => {
      need(scopes > 0, 'an object was made outside a scope');
      need(lost === undefined, 'the device is lost');
      return work(...args);
    };
  const held = (id: number): number[] => {
    const tokens = sequences.get(id);
    need(tokens !== undefined, `the sequence ${id} cannot be found`);
    return tokens as number[];
  };
  const int = (value: unknown): number => (value as { int: number }).int;

  /** Whole pages that sequences share count once, as their common prefixes. */
  const usedPages = (): number => {
    const pages = new Set<string>();
    for (const [id, tokens] of sequences) {
      for (let end = PAGE; end <= tokens.length; end += PAGE) pages.add(tokens.slice(0, end).join());
      if (tokens.length % PAGE !== 0) pages.add(`${id}`);
    }
    return pages.size;
  };
  const freePages = () => window / PAGE + 1 - usedPages();

  const logitsOf = (tokens: readonly number[]): Float32Array => {
    const seed = tokens.reduce((hash, token) => (Math.imul(hash, 31) + token + 7) | 0, 17);
    calls++;
    return Float32Array.from({ length: VOCABULARY }, (_, id) => {
      let h = Math.imul(seed ^ Math.imul(id + 1, 0x9e3779b1), 0x85ebca6b);
      h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
      const noise = fault === 'drift' ? calls * 1e-3 * (id % 7) : fault === 'nan' ? Number.NaN : 0;
      return ((h ^ (h >>> 16)) >>> 0) / 2 ** 30 + (bias[id] ?? 0) + noise;
    });
  };
  const forward = (length: number) => {
    need(running?.length === length, 'another length was begun');
    const tokens = held((running as { id: number }).id);
    return { get: () => ({ logits: logitsOf(tokens) }) };
  };

  const globals: Record<string, (...args: unknown[]) => unknown> = {
    'vm.builtin.kv_state_popn': (_, id, count) => {
      const tokens = held(int(id));
      need(int(count) <= tokens.length, 'more is popped than there is');
      tokens.length -= int(count);
      if (fault === 'pop' && tokens.length > 0) tokens[tokens.length - 1] = 0;
    },
    'vm.builtin.attention_kv_cache_get_num_available_pages': () => freePages(),
  };

  const pipeline = {
    tvm: {
      beginScope: () => void scopes++,
      endScope: () => void scopes--,
      getGlobalFunc: checked((name: string) => {
        const found = globals[name];
        need(found !== undefined, `there is no function ${name}`);
        return checked(found as (...args: unknown[]) => unknown);
      }),
      detachFromCurrentScope: <T>(value: T) => value,
      scalar: (value: number) => ({ int: value }),
      makeShapeTuple: checked((shape: readonly number[]) => ({ shape })),
      lib: {},
    },
    tokenizer: {
      encode: (text: string) => Int32Array.from(text === '<|endoftext|>' ? [0] : codec.encode(text)),
      decode: (ids: Int32Array) => codec.decode([...ids]),
    },
    device: { sync: () => new Promise<void>((resolve) => setImmediate(resolve)) },
    kvCache: {},
    contextWindowSize: window,
    slidingWindowSize: -1,
    prefillChunkSize: chunk,
    fullVocabSize: VOCABULARY,
    fclearKVCaches: checked(() => sequences.clear()),
    fKVCacheAddSequence: checked((_: unknown, id: unknown) => {
      need(!sequences.has(int(id)), `the sequence ${int(id)} is already there`);
      sequences.set(int(id), []);
    }),
    fKVCacheRemoveSequence: checked((_: unknown, id: unknown) => {
      held(int(id));
      sequences.delete(int(id));
    }),
    fKVCacheBeginForward: checked((_: unknown, ids: unknown, lengths: unknown) => {
      const [id] = (ids as { shape: number[] }).shape as [number];
      const [length] = (lengths as { shape: number[] }).shape as [number];
      need(running === undefined, 'a forward pass has begun already');
      held(id);
      running = { id, length };
    }),
    fKVCacheEndForward: checked(() => {
      running = undefined;
    }),
    getTokensEmbeddings: checked((tokens: readonly number[]) => {
      need(tokens.length > 0 && tokens.length <= chunk, `${tokens.length} tokens do not fit a chunk`);
      return { shape: [tokens.length, 8], tokens, view: (shape: readonly number[]) => ({ shape, tokens }) };
    }),
    invokePrefill: checked((embeddings: unknown, length: number) => run(embeddings, length)),
    invokeDecode: checked((embeddings: unknown) => run(embeddings, 1)),
    updateLogitsOnCPU: checked((logits: unknown) => ({
      toArray: () => (logits as { logits: Float32Array }).logits,
    })),
  };

  function run(embeddings: unknown, length: number) {
    const { tokens } = embeddings as { tokens: readonly number[] };
    need(tokens.length === length, 'the embeddings have another length');
    const target = held((running as { id: number }).id);
    const pages = Math.ceil((target.length + length) / PAGE) - Math.ceil(target.length / PAGE);
    need(freePages() >= pages, 'the cache is full, no page can be allocated');
    target.push(...tokens);
    forwards.push(length);
    return forward(length);
  }

  const pipe = requirePipeline(pipeline);
  return {
    pipeline: pipe,
    model: cachedModel(pipe),
    encode: (text) => [...pipe.tokenizer.encode(text)],
    decode: (ids) => pipe.tokenizer.decode(Int32Array.from(ids)),
    lost: loss,
    dispose: () => sequences.clear(),
    forwards,
    sequences: () => [...sequences.values()].map((tokens) => [...tokens]),
    lose(reason) {
      lost = reason;
      tell(reason);
    },
  };
}

const bytes = (name: string): Uint8Array<ArrayBuffer> => files?.get(name) as Uint8Array<ArrayBuffer>;
