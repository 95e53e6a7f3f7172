import { EngineError, throwIfAborted } from '../../src/core/model/engine-error.ts';
import type {
  CallOptions,
  Capability,
  ContinuationScore,
  GenerateRequest,
  GenerateResult,
  LanguageModel,
  ScoreRequest,
  ScoreResult,
} from '../../src/core/model/language-model.ts';

export interface FakeModelOptions {
  readonly contextLength?: number;
  readonly capabilities?: readonly Capability[];
  /** Tokens that a word takes; 1 by default. */
  readonly tokensPerWord?: (word: string) => number;
  readonly lowerCases?: boolean;
  readonly revision?: string;
  readonly backend?: string;
  /** Replaces the hashed log-probability of a whole continuation. */
  readonly logprob?: (prompt: string, continuation: string) => number;
  /** Runs before each call to score, for example to abort or to fail. */
  readonly onScore?: (call: number) => void;
}

export interface FakeModel extends LanguageModel {
  readonly calls: { tokenize: number; score: number; generate: number; embed: number };
  /** Every prompt that was really scored, in order. */
  readonly scoredPrompts: string[];
}

/** 32-bit FNV-1a with a final mix. */
function hash32(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const unit = (text: string): number => hash32(text) / 2 ** 32;

const VOCABULARY = 'river stone late music market salt engine north paper quiet garden winter'.split(' ');

/**
 * A language model without a model: tokens are words with the space before them, log-probabilities a hash of the prompt
 * and the continuation. The same question gets the same answer in any order and batch.
 */
export function fakeModel(options: FakeModelOptions = {}): FakeModel {
  const {
    contextLength = 4096,
    tokensPerWord = () => 1,
    lowerCases = false,
    capabilities = ['logprobs', 'generate', 'embed'],
  } = options;
  const calls = { tokenize: 0, score: 0, generate: 0, embed: 0 };
  const scoredPrompts: string[] = [];
  const pieces = (text: string): string[] =>
    ((lowerCases ? text.toLowerCase() : text).match(/\s*\S+|\s+$/gu) ?? []).flatMap((word) =>
      Array.from({ length: tokensPerWord(word.trim()) }, (_, part) => (part === 0 ? word : `${word}#${part}`)),
    );
  const ids = (text: string): number[] => pieces(text).map(hash32);

  const scoreOne = (prompt: string, continuation: string): ContinuationScore => {
    const tokens = pieces(continuation);
    const fixed = options.logprob?.(prompt, continuation);
    const tokenLogprobs = tokens.map((token, i) =>
      fixed === undefined
        ? -0.2 - 6 * unit(`${prompt}|${tokens.slice(0, i).join('')}|${token}`)
        : fixed / tokens.length,
    );
    const sumLogprob = fixed ?? tokenLogprobs.reduce((a, b) => a + b, 0);
    return { tokenIds: tokens.map(hash32), tokens, tokenLogprobs, sumLogprob };
  };

  const requireRoom = (tokens: number): void => {
    if (tokens > contextLength) {
      throw new EngineError('context-too-long', `${tokens} tokens do not fit ${contextLength}.`);
    }
  };

  const answer = ({ prompt, continuations }: ScoreRequest): ScoreResult => {
    const promptTokens = 1 + ids(prompt).length;
    const longest = Math.max(0, ...continuations.map((c) => pieces(c).length));
    requireRoom(promptTokens + longest);
    scoredPrompts.push(prompt);
    return { promptTokens, scores: continuations.map((c) => scoreOne(prompt, c)) };
  };

  const write = ({ prompt, maxTokens, seed }: GenerateRequest): GenerateResult => {
    requireRoom(1 + ids(prompt).length + maxTokens);
    const length = Math.min(maxTokens, 3 + (hash32(`${seed}|${prompt}|length`) % 6));
    const words = Array.from(
      { length },
      (_, i) => VOCABULARY[hash32(`${seed}|${prompt}|${i}`) % VOCABULARY.length] as string,
    );
    return {
      text: ` ${words.join(' ')}`,
      tokenIds: words.map((word) => hash32(` ${word}`)),
      tokenLogprobs: words.map(() => -1),
      finish: 'stop',
    };
  };

  return {
    identity: {
      engine: 'fake',
      id: 'hash',
      revision: options.revision ?? 'r1',
      files: [],
      backend: options.backend ?? 'none',
      precision: 'f64',
    },
    capabilities: new Set(capabilities),
    contextLength,
    selfTest: [],
    calls,
    scoredPrompts,
    tokenize: async (texts: readonly string[], call?: CallOptions) => {
      calls.tokenize++;
      throwIfAborted(call?.signal);
      return texts.map(ids);
    },
    score: async (requests, call) => {
      calls.score++;
      options.onScore?.(calls.score);
      throwIfAborted(call?.signal);
      const results = requests.map(answer);
      const asked = results.reduce(
        (sum, r) => sum + r.scores.reduce((s, c) => s + r.promptTokens + c.tokenIds.length, 0),
        0,
      );
      const computed = results.reduce(
        (sum, r) => sum + r.promptTokens + r.scores.reduce((s, c) => s + c.tokenIds.length, 0),
        0,
      );
      return { results, usage: { asked, computed } };
    },
    generate: async (requests, call) => {
      calls.generate++;
      throwIfAborted(call?.signal);
      const results = requests.map(write);
      const tokens = results.reduce((sum, r) => sum + r.tokenIds.length, 0);
      return { results, usage: { asked: tokens, computed: tokens } };
    },
    embed: async (texts, call) => {
      calls.embed++;
      throwIfAborted(call?.signal);
      return texts.map((text) => {
        requireRoom(1 + ids(text).length);
        const vector = new Float32Array(16);
        for (const word of text.toLowerCase().split(/\W+/u)) {
          const at = hash32(word) % 16;
          vector[at] = (vector[at] as number) + 1;
        }
        return vector;
      });
    },
    dispose: () => {},
  };
}
