import * as v from 'valibot';
import type { EngineErrorCode } from '../../core/model/engine-error.ts';
import type { Capability, LoadPhase } from '../../core/model/language-model.ts';

/**
 * Messages between a page and the worker that runs an engine. Each request has an id; the worker answers it once, with `result`,
 * `loaded` or `error`. Both sides check what they receive.
 */

const Id = v.pipe(v.number(), v.integer(), v.minValue(0));
const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const Ids = v.array(v.number());
const Texts = v.array(v.string());

const Floats = v.instance(Float32Array);
const Labels = v.array(Count);
const Scores = v.object({
  results: v.array(
    v.object({
      promptTokens: Count,
      scores: v.array(
        v.object({ tokenIds: Ids, tokens: Texts, tokenLogprobs: v.array(v.number()), sumLogprob: v.number() }),
      ),
    }),
  ),
  usage: v.object({ asked: Count, computed: Count }),
});
const Injection = v.object({
  ffn: v.optional(v.object({ layer: v.number(), keys: Floats, values: Floats })),
  prefix: v.optional(v.object({ keys: Floats, values: Floats })),
  soft: v.optional(Floats),
});

export const METHODS = {
  tokenize: { args: Texts, result: v.array(Ids) },
  score: {
    args: v.array(v.object({ prompt: v.string(), continuations: Texts })),
    result: Scores,
  },
  generate: {
    args: v.array(
      v.object({
        prompt: v.string(),
        maxTokens: v.number(),
        temperature: v.number(),
        topP: v.number(),
        stop: Texts,
        seed: v.number(),
      }),
    ),
    result: v.object({
      results: v.array(
        v.object({
          text: v.string(),
          tokenIds: Ids,
          tokenLogprobs: v.array(v.number()),
          finish: v.picklist(['stop', 'length', 'end']),
        }),
      ),
      usage: v.object({ asked: Count, computed: Count }),
    }),
  },
  embed: { args: Texts, result: v.array(Floats) },
  scoreInjected: {
    args: v.array(v.object({ prompt: v.string(), continuations: Texts, injection: Injection })),
    result: Scores,
  },
  inspect: {
    args: v.array(
      v.object({
        prompt: v.string(),
        injection: v.optional(Injection),
        last: v.number(),
        layers: v.array(v.number()),
        lens: v.optional(v.object({ top: v.number(), continuations: Texts })),
      }),
    ),
    result: v.array(
      v.object({
        promptTokens: Count,
        tokens: Texts,
        states: v.array(Floats),
        lens: v.array(
          v.object({
            top: v.array(v.object({ token: v.string(), logprob: v.number() })),
            logprobs: v.array(v.number()),
          }),
        ),
        activations: Floats,
        ffnNorms: v.array(v.number()),
      }),
    ),
  },
  trainRows: {
    args: v.object({
      examples: v.array(
        v.object({ prompt: v.string(), continuations: Texts, labels: Labels, gold: Count, states: Floats }),
      ),
      epochs: v.number(),
      learningRate: v.number(),
      seed: v.number(),
    }),
    result: v.object({
      keys: Floats,
      values: Floats,
      layer: Count,
      losses: v.array(v.number()),
      usage: v.object({ asked: Count, computed: Count }),
    }),
  },
  prefixGradient: {
    args: v.object({
      examples: v.array(v.object({ prompt: v.string(), continuations: Texts, labels: Labels, gold: Count })),
      prefix: v.object({ keys: Floats, values: Floats }),
    }),
    result: v.object({
      losses: v.array(v.number()),
      keys: Floats,
      values: Floats,
      usage: v.object({ asked: Count, computed: Count }),
    }),
  },
} as const;

export type Method = keyof typeof METHODS;
export type Args<M extends Method> = v.InferOutput<(typeof METHODS)[M]['args']>;
export type Result<M extends Method> = v.InferOutput<(typeof METHODS)[M]['result']>;

export const FromPage = v.variant('type', [
  /** `options` are the engine's own and checked by it. */
  v.object({ type: v.literal('load'), id: Id, options: v.unknown() }),
  v.object({
    type: v.literal('call'),
    id: Id,
    method: v.picklist([
      'tokenize',
      'score',
      'generate',
      'embed',
      'scoreInjected',
      'inspect',
      'trainRows',
      'prefixGradient',
    ]),
    args: v.unknown(),
  }),
  v.object({ type: v.literal('abort'), id: Id }),
  v.object({ type: v.literal('dispose') }),
]);
export type FromPage = v.InferOutput<typeof FromPage>;

const CAPABILITIES = [
  'logprobs',
  'generate',
  'embed',
  'prefixCache',
  'latent',
  'train',
] as const satisfies readonly Capability[];
const PHASES = ['download', 'verify', 'prepare', 'self-test', 'ready'] as const satisfies readonly LoadPhase[];
const CODES = [
  'aborted',
  'context-too-long',
  'no-capability',
  'bad-request',
  'out-of-memory',
  'device-lost',
  'worker-died',
  'network',
  'quota',
  'wrong-hash',
  'bad-model',
  'self-test-failed',
  'internal',
] as const satisfies readonly EngineErrorCode[];

/** All of a model that is not a method. */
export const Description = v.object({
  identity: v.object({
    engine: v.string(),
    id: v.string(),
    revision: v.string(),
    backend: v.string(),
    precision: v.string(),
    threads: v.optional(v.string()),
    files: v.array(v.object({ name: v.string(), sha256: v.string() })),
  }),
  capabilities: v.array(v.picklist(CAPABILITIES)),
  contextLength: Count,
  chat: v.optional(v.object({ before: v.string(), after: v.string(), afterThinking: v.optional(v.string()) })),
  latent: v.optional(v.object({ layers: Count, hidden: Count, keyWidth: Count })),
  selfTest: v.array(
    v.object({ name: v.string(), passed: v.boolean(), maxDifference: v.number(), tolerance: v.number() }),
  ),
});
export type Description = v.InferOutput<typeof Description>;

export const WireError = v.object({ code: v.picklist(CODES), recoverable: v.boolean(), message: v.string() });
export type WireError = v.InferOutput<typeof WireError>;

export const FromWorker = v.variant('type', [
  v.object({
    type: v.literal('progress'),
    id: Id,
    progress: v.object({
      phase: v.picklist(PHASES),
      done: v.exactOptional(v.number()),
      total: v.exactOptional(v.number()),
    }),
  }),
  v.object({ type: v.literal('loaded'), id: Id, model: Description }),
  /** `value` is checked against the method that was called. */
  v.object({ type: v.literal('result'), id: Id, value: v.unknown() }),
  v.object({ type: v.literal('error'), id: Id, error: WireError }),
]);
export type FromWorker = v.InferOutput<typeof FromWorker>;
