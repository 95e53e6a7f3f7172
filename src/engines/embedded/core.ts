import { EngineError } from '../../core/model/engine-error.ts';
import type { ModelConfig } from './config.ts';
import { Forward, ROWS, scratchBytes, slotBytes } from './forward.ts';
import { Head } from './head.ts';
import { Arena, startKernels } from './kernels.ts';
import type { Safetensors } from './safetensors.ts';
import { SlotTree } from './slot-tree.ts';
import { type Crew, startCrew, type Threads } from './threads.ts';
import type { TokenHead } from './token-head.ts';
import type { TextCodec } from './tokenizer.ts';
import { Walker } from './walk.ts';
import type { Weights } from './weights.ts';
import { loadWeights, weightBytes } from './weights.ts';

/** What texts are read with. */
export type Reader = Pick<Core, 'config' | 'codec'>;

/** What scores are made with: the whole of a `Core`, or the part that a GPU takes over. */
export interface ScoringCore extends Reader {
  readonly tree: SlotTree;
  readonly walker: Walker;
  readonly head: TokenHead;
  readonly keptSlots: number;
}

/** The running model: what scoring, generating and embedding share. */
export interface Core {
  readonly config: ModelConfig;
  readonly codec: TextCodec;
  readonly weights: Weights;
  readonly tree: SlotTree;
  readonly forward: Forward;
  readonly walker: Walker;
  readonly head: Head;
  /** Hidden states by slot: [slot][hidden]. */
  readonly hidden: Float32Array;
  /** 1 where a slot's hidden state is known. */
  readonly known: Uint8Array;
  /** Slots that stay filled between calls. */
  readonly keptSlots: number;
  /** The other threads, if there are any. */
  readonly crew: Crew | undefined;
}

/** @param threads if given, `wasm` is that of the threaded kernels. */
export async function startCore(
  config: ModelConfig,
  codec: TextCodec,
  file: Safetensors,
  wasm: Uint8Array<ArrayBuffer>,
  cacheBytes: number,
  threads?: Threads,
): Promise<Core> {
  const keptSlots = Math.floor(cacheBytes / slotBytes(config));
  // One whole context and two passes always fit, however small the cache is.
  const capacity = Math.max(keptSlots, config.contextLength + 2 * ROWS);
  const helpers = threads === undefined ? 0 : threads.count - 1;
  const bytes = weightBytes(config) + Forward.bytes(config, capacity) + Head.bytes(config);
  const arena = new Arena(bytes + helpers * (scratchBytes(config) + 64), threads !== undefined);
  const { kernels, crew } =
    threads === undefined
      ? { kernels: await startKernels(wasm, arena.memory), crew: undefined }
      : await startCrew(threads, wasm, arena, scratchBytes(config));
  const known = new Uint8Array(capacity);
  const tree = new SlotTree(capacity, config.vocabulary, (slot) => {
    known[slot] = 0;
  });
  const weights = loadWeights(file, config, arena, kernels);
  const forward = new Forward(config, weights, arena, kernels, tree);
  const hidden = arena.f32(forward.hidden, capacity * config.hidden);
  const head = new Head(config, weights, arena, kernels, hidden);
  const walker = new Walker(tree, forward, config.layers, known);
  return { config, codec, weights, tree, forward, walker, head, hidden, known, keptSlots, crew };
}

/** Start token and text. */
export const withStart = (core: Reader, text: string): number[] => [core.config.bos, ...core.codec.encode(text)];

export function requireFits(core: Reader, tokens: number, what: string): void {
  const limit = core.config.contextLength;
  if (tokens <= limit) return;
  throw new EngineError(
    'context-too-long',
    `${what} takes ${tokens} tokens; the model reads at most ${limit}. Use fewer or shorter demonstrations.`,
    {
      recoverable: true,
    },
  );
}

export const badRequest = (message: string): EngineError =>
  new EngineError('bad-request', message, { recoverable: true });
