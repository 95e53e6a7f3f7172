import { EngineError } from '../core/model/engine-error.ts';
import type { ContinuationScore, ScoreBatch, ScoreRequest } from '../core/model/language-model.ts';
import { buildPrefixTree, type PrefixTree, pathOf } from '../core/run/prefix-tree.ts';
import type { Slices } from './slices.ts';

/** A model's tokens, without how it is run. */
export interface Reader {
  /** Stands before every text. */
  readonly startToken: number;
  readonly contextLength: number;
  encode(text: string): readonly number[];
  /** The text of one token; part of a character shows as a replacement sign. */
  tokenText(id: number): string;
}

/** A prompt with one continuation, tokenised as one text. */
interface Item {
  readonly tokens: readonly number[];
  /** The scored tokens begin here: after the longest token prefix in common with the prompt alone (METHODS 0.5). */
  readonly from: number;
  readonly logprobs: Float64Array;
}

interface Tokenised {
  readonly promptTokens: number;
  readonly items: readonly Item[];
}

interface Place {
  readonly item: Item;
  /** The scored token is tokens[position]; its distribution stands one earlier. */
  readonly position: number;
}

export const badRequest = (message: string): EngineError =>
  new EngineError('bad-request', message, { recoverable: true });

export const withStart = (reader: Reader, text: string): number[] => [reader.startToken, ...reader.encode(text)];

export function requireFits({ contextLength }: Reader, tokens: number, what: string): void {
  if (tokens <= contextLength) return;
  throw new EngineError(
    'context-too-long',
    `${what} takes ${tokens} tokens; the model reads at most ${contextLength}. Use fewer or shorter demonstrations.`,
    { recoverable: true },
  );
}

/** log(sum(exp)) of all logits. */
export function logSumOf(logits: Float32Array): number {
  let max = Number.NEGATIVE_INFINITY;
  for (const logit of logits) if (logit > max) max = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - max);
  return max + Math.log(sum);
}

/** All texts of a batch as one tree of token prefixes, and which distributions of it are asked for. */
export class ScorePlan {
  /** Inputs: the last token of a text is never one. */
  readonly tree: PrefixTree;
  /** Tokens if every prompt with every continuation ran alone. */
  readonly asked: number;
  readonly #reader: Reader;
  readonly #requests: readonly Tokenised[];
  readonly #places = new Map<number, Place[]>();

  static async of(reader: Reader, requests: readonly ScoreRequest[], slices: Slices): Promise<ScorePlan> {
    return new ScorePlan(reader, await slices.map(requests, (request) => tokenise(reader, request)));
  }

  private constructor(reader: Reader, requests: readonly Tokenised[]) {
    this.#reader = reader;
    this.#requests = requests;
    const items = this.#requests.flatMap((request) => request.items);
    this.tree = buildPrefixTree(items.map((item) => item.tokens.slice(0, -1)));
    this.asked = items.reduce((sum, item) => sum + item.tokens.length, 0);
    items.forEach((item, index) => {
      const path = pathOf(this.tree, index);
      for (let position = item.from; position < item.tokens.length; position++) {
        const node = path[position - 1] as number;
        const there = this.#places.get(node);
        if (there) there.push({ item, position });
        else this.#places.set(node, [{ item, position }]);
      }
    });
  }

  /** Whether the distribution after this node is asked for. */
  wants(node: number): boolean {
    return this.#places.has(node);
  }

  /** @param logits of every token after this node: [vocabulary]. */
  take(node: number, logits: Float32Array): void {
    const logSum = logSumOf(logits);
    for (const { item, position } of this.#places.get(node) ?? [])
      item.logprobs[position - item.from] = (logits[item.tokens[position] as number] as number) - logSum;
  }

  batch(computed: number): ScoreBatch {
    return {
      results: this.#requests.map(({ promptTokens, items }) => ({
        promptTokens,
        scores: items.map((item) => toScore(this.#reader, item)),
      })),
      usage: { asked: this.asked, computed },
    };
  }
}

function tokenise(reader: Reader, { prompt, continuations }: ScoreRequest): Tokenised {
  const alone = withStart(reader, prompt);
  if (continuations.length === 0)
    throw badRequest('A prompt came without continuations. Give at least one text to score.');
  const items = continuations.map((continuation): Item => {
    if (continuation === '') throw badRequest('An empty continuation has no probability. Give each label a word.');
    const tokens = withStart(reader, prompt + continuation);
    let from = 1;
    while (from < alone.length && from < tokens.length && alone[from] === tokens[from]) from++;
    if (from === tokens.length)
      throw badRequest(
        `The continuation ${JSON.stringify(continuation)} adds no token to its prompt. Use another word.`,
      );
    return { tokens, from, logprobs: new Float64Array(tokens.length - from) };
  });
  requireFits(reader, Math.max(...items.map((item) => item.tokens.length)), 'The prompt with its longest continuation');
  return { promptTokens: alone.length, items };
}

function toScore(reader: Reader, { tokens, from, logprobs }: Item): ContinuationScore {
  const tokenIds = tokens.slice(from);
  const tokenLogprobs = [...logprobs];
  return {
    tokenIds,
    tokens: tokenIds.map((id) => reader.tokenText(id)),
    tokenLogprobs,
    sumLogprob: tokenLogprobs.reduce((sum, value) => sum + value, 0),
  };
}
