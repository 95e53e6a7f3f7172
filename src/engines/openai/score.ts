import { EngineError } from '../../core/model/engine-error.ts';
import type { ContinuationScore, ScoreBatch, ScoreRequest, ScoreResult } from '../../core/model/language-model.ts';
import { allOrNone } from './all.ts';
import { problem } from './failure.ts';
import type { Scored, Scorer } from './scorers/scorer.ts';
import type { Token } from './tokens.ts';

export interface Scoring {
  readonly server: string;
  readonly scorer: Scorer;
  readonly contextLength: number;
  /** Tokens that the server puts before a text. */
  readonly start: number;
  /** Tokens of a text, start included; also of one that is too long for the model. */
  readonly read: (text: string, signal: AbortSignal | undefined) => Promise<readonly Token[]>;
}

interface Item {
  readonly prompt: string;
  readonly continuation: string;
}

/** Every prompt with every continuation, side by side. */
export async function score(
  scoring: Scoring,
  requests: readonly ScoreRequest[],
  signal: AbortSignal | undefined,
): Promise<ScoreBatch> {
  const items = requests.flatMap(({ prompt, continuations }): Item[] => {
    if (continuations.length === 0)
      throw problem('bad-request', 'A prompt came without continuations. Give at least one text to score.');
    return continuations.map((continuation) => ({ prompt, continuation }));
  });
  if (items.some(({ continuation }) => continuation === ''))
    throw problem('bad-request', 'An empty continuation has no probability. Give each label a word.');
  const scored = await allOrNone(items, (item, stop) => scoreOne(scoring, item, stop), signal);
  let at = 0;
  const results: ScoreResult[] = [];
  for (const { prompt, continuations } of requests) {
    const own = scored.slice(at, at + continuations.length);
    at += continuations.length;
    const alone = await scoring.read(prompt, signal);
    results.push({ promptTokens: alone.length + 1 - scoring.start, scores: own.map(toScore) });
  }
  const sent = scored.reduce((sum, { tokens }) => sum + tokens.length + 1 - scoring.start, 0);
  return { results, usage: { asked: asked(results), computed: sent } };
}

async function scoreOne(scoring: Scoring, { prompt, continuation }: Item, signal: AbortSignal): Promise<Scored> {
  const { server, contextLength } = scoring;
  const scored = await scoredOrTooLong(scoring, prompt, prompt + continuation, signal);
  const { tokens, from, logprobs } = scored;
  if (tokens.length > contextLength) throw tooLong(tokens.length, contextLength);
  if (from === tokens.length)
    throw problem(
      'bad-request',
      `The continuation ${JSON.stringify(continuation)} adds no token to its prompt. Use another word.`,
    );
  if (logprobs.includes(null))
    throw problem(
      'bad-request',
      `${server} has a model without a start token, so that the first token of all has no probability. Give a prompt before it.`,
    );
  return scored;
}

/** A text that does not fit is refused with both numbers; a server that refuses one that should fit has its own say. */
async function scoredOrTooLong(
  { scorer, contextLength, read }: Scoring,
  prompt: string,
  text: string,
  signal: AbortSignal,
): Promise<Scored> {
  const alone = await read(prompt, signal);
  const refuseLong = async () => {
    const { length } = await read(text, signal);
    if (length > contextLength) throw tooLong(length, contextLength);
  };
  if (alone.length >= contextLength) await refuseLong();
  try {
    return await scorer.score(text, alone, signal);
  } catch (error) {
    if (error instanceof EngineError && error.code === 'context-too-long') await refuseLong();
    throw error;
  }
}

export const tooLong = (tokens: number, contextLength: number) =>
  problem(
    'context-too-long',
    `The prompt with its longest continuation takes ${tokens} tokens; the model reads at most ${contextLength}. Use fewer or shorter demonstrations.`,
  );

function toScore({ tokens, from, logprobs }: Scored): ContinuationScore {
  const own = tokens.slice(from);
  const tokenLogprobs = logprobs as readonly number[];
  return {
    tokenIds: own.map((token) => token.id),
    tokens: own.map((token) => token.text),
    tokenLogprobs,
    sumLogprob: tokenLogprobs.reduce((sum, value) => sum + value, 0),
  };
}

const asked = (results: readonly ScoreResult[]): number =>
  results.reduce(
    (sum, { promptTokens, scores }) => sum + scores.reduce((n, s) => n + promptTokens + s.tokenIds.length, 0),
    0,
  );
