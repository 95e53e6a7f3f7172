import { EngineError } from '../../core/model/engine-error.ts';
import type {
  CallOptions,
  Capability,
  GenerateBatch,
  GenerateRequest,
  LanguageModel,
  ModelIdentity,
  ScoreBatch,
  ScoreRequest,
  SelfTestCheck,
} from '../../core/model/language-model.ts';
import type { Latent } from '../../core/model/latent.ts';
import type { DeviceSession, OnDevice } from '../device-session.ts';
import { Serial, Slices } from '../slices.ts';
import type { Core, ScoringCore } from './core.ts';
import { embed } from './embed.ts';
import { generate, generateTokens } from './generate.ts';
import type { Frozen } from './gradient/frozen.ts';
import { score } from './score.ts';
import type { ScoredToken, TokenRequest, TokenResult } from './tokens.ts';
import { keyWidth } from './weights.ts';

interface ScoringSession extends OnDevice {
  readonly core: ScoringCore;
}

/** The embedded model behind the port. Calls run one after another. */
export class EmbeddedModel implements LanguageModel {
  readonly identity: ModelIdentity;
  readonly capabilities: ReadonlySet<Capability> = new Set([
    'logprobs',
    'generate',
    'embed',
    'prefixCache',
    'latent',
    'train',
  ]);
  readonly contextLength: number;
  selfTest: readonly SelfTestCheck[] = [];
  readonly latent: Latent;
  readonly #core: Core;
  /** Where prompts are scored, if not in the core itself. */
  readonly #gpu: DeviceSession<ScoringSession> | undefined;
  readonly #embedLayer: number;
  readonly #serial = new Serial();
  readonly #disposal = new AbortController();
  #frozen: Frozen | undefined;

  /** @param kernels reads kernels.wasm, for gradients. */
  constructor(
    core: Core,
    identity: ModelIdentity,
    embedLayer: number,
    kernels: () => Promise<Uint8Array<ArrayBuffer>>,
    gpu?: DeviceSession<ScoringSession>,
  ) {
    this.identity = identity;
    this.contextLength = core.config.contextLength;
    this.#core = core;
    this.#gpu = gpu;
    this.#embedLayer = embedLayer;
    const { layers, hidden } = core.config;
    this.latent = {
      shape: { layers, hidden, keyWidth: keyWidth(core.config) },
      // Few experiments look inside: that code comes when it is first asked for.
      score: (requests, options) =>
        this.#run(options, async (slices) => (await import('./latent.ts')).scoreInjected(core, requests, slices)),
      inspect: (requests, options) =>
        this.#run(options, async (slices) => {
          const { inspect } = await import('./inspect.ts');
          const inspections = [];
          for (const request of requests) inspections.push(await inspect(core, request, slices));
          return inspections;
        }),
      trainRows: (request, options) =>
        this.#run(options, async (slices) => (await import('./train-rows.ts')).trainRows(core, request, slices)),
      prefixGradient: (request, options) =>
        this.#run(options, async (slices) => {
          const { prefixGradient } = await import('./gradient/prefix.ts');
          return prefixGradient(core, await this.#frozenWeights(kernels), request, slices);
        }),
    };
  }

  async #frozenWeights(kernels: () => Promise<Uint8Array<ArrayBuffer>>): Promise<Frozen> {
    const { Frozen } = await import('./gradient/frozen.ts');
    this.#frozen ??= await Frozen.of(this.#core, await kernels());
    return this.#frozen;
  }

  tokenize(texts: readonly string[], options?: CallOptions): Promise<readonly (readonly number[])[]> {
    return this.#run(options, (slices) => slices.map(texts, (text) => this.#core.codec.encode(text)));
  }

  score(requests: readonly ScoreRequest[], options?: CallOptions): Promise<ScoreBatch> {
    const gpu = this.#gpu;
    return this.#run(options, (slices) =>
      gpu === undefined
        ? score(this.#core, requests, slices)
        : gpu.run(({ core }) => score(core, requests, slices), slices),
    );
  }

  generate(requests: readonly GenerateRequest[], options?: CallOptions): Promise<GenerateBatch> {
    return this.#run(options, (slices) => generate(this.#core, requests, slices));
  }

  embed(texts: readonly string[], options?: CallOptions): Promise<readonly Float32Array[]> {
    return this.#run(options, (slices) => embed(this.#core, texts, this.#embedLayer, slices));
  }

  /** Each token of each sequence but its first, with the `top` likeliest in its place. No start token is added. */
  scoreTokens(
    sequences: readonly (readonly number[])[],
    top: number,
    options?: CallOptions,
  ): Promise<readonly (readonly ScoredToken[])[]> {
    return this.#run(options, async (slices) =>
      (await import('./tokens.ts')).scoreTokens(this.#core, sequences, top, slices),
    );
  }

  /** @param onStep told after each token what the requests at work have so far. */
  generateTokens(
    requests: readonly TokenRequest[],
    options?: CallOptions,
    onStep?: (first: number, soFar: readonly TokenResult[]) => void,
  ): Promise<readonly TokenResult[]> {
    return this.#run(options, (slices) => generateTokens(this.#core, requests, slices, onStep));
  }

  get startToken(): number {
    return this.#core.config.bos;
  }

  /** The text of token ids together. */
  detokenize(ids: readonly number[]): string {
    return this.#core.codec.decode(ids);
  }

  /** The text of one token; part of a character shows as a replacement sign. */
  tokenText(id: number): string {
    return this.#core.codec.text(id);
  }

  dispose(): void {
    this.#disposal.abort();
    this.#gpu?.dispose();
    this.#core.crew?.end();
  }

  /** Frees all of the prefix cache. */
  clearCache(): void {
    for (const { tree } of this.#cores) tree.evict(tree.size);
  }

  get #cores(): readonly ScoringCore[] {
    return this.#gpu === undefined ? [this.#core] : [this.#core, this.#gpu.current.core];
  }

  #run<T>(options: CallOptions | undefined, job: (slices: Slices) => Promise<T>): Promise<T> {
    const disposal = this.#disposal.signal;
    if (disposal.aborted)
      return Promise.reject(new EngineError('bad-request', 'This model was unloaded. Load it again.'));
    const signal = options?.signal ? AbortSignal.any([options.signal, disposal]) : disposal;
    return this.#serial.run(async () => {
      try {
        return await job(new Slices(signal));
      } finally {
        for (const { tree, keptSlots } of this.#cores) tree.evict(tree.size - keptSlots);
      }
    }, signal);
  }
}
