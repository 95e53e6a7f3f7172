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

export const METHODS = {
  tokenize: { args: Texts, result: v.array(Ids) },
  score: {
    args: v.array(v.object({ prompt: v.string(), continuations: Texts })),
    result: v.object({
      results: v.array(
        v.object({
          promptTokens: Count,
          scores: v.array(
            v.object({ tokenIds: Ids, tokens: Texts, tokenLogprobs: v.array(v.number()), sumLogprob: v.number() }),
          ),
        }),
      ),
      usage: v.object({ asked: Count, computed: Count }),
    }),
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
  embed: { args: Texts, result: v.array(v.instance(Float32Array)) },
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
    method: v.picklist(['tokenize', 'score', 'generate', 'embed']),
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
    files: v.array(v.object({ name: v.string(), sha256: v.string() })),
  }),
  capabilities: v.array(v.picklist(CAPABILITIES)),
  contextLength: Count,
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
