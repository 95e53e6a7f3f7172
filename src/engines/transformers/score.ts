import type { ScoreBatch, ScoreRequest } from '../../core/model/language-model.ts';
import { buildPrefixTree, pathOf } from '../../core/run/prefix-tree.ts';
import type { Slices } from '../slices.ts';
import type { Decoder } from './decoder.ts';
import { badRequest, requireFits, type Text } from './text.ts';
import { logSum, walk } from './walk.ts';

/** A prompt with one continuation, tokenised as one text; the scored tokens begin at `from` (METHODS 0.5). */
interface Item {
  readonly tokens: readonly number[];
  readonly from: number;
  readonly logprobs: number[];
}

export async function score(
  decoder: Decoder,
  text: Text,
  requests: readonly ScoreRequest[],
  slices: Slices,
): Promise<ScoreBatch> {
  const plans = await slices.map(requests, (request) => tokenise(decoder, text, request));
  const items = plans.flatMap((plan) => plan.items);
  // The last token of a text is never an input.
  const plan = buildPrefixTree(items.map((item) => item.tokens.slice(0, -1)));
  const wants = new Map<number, [item: Item, position: number][]>();
  items.forEach((item, index) => {
    const path = pathOf(plan, index);
    for (let position = item.from; position < item.tokens.length; position++) {
      const node = path[position - 1] as number;
      const list = wants.get(node);
      if (list) list.push([item, position]);
      else wants.set(node, [[item, position]]);
    }
  });
  const onLogits = (node: number, logits: Float32Array) => {
    const sum = logSum(logits);
    for (const [item, position] of wants.get(node) ?? [])
      item.logprobs[position - item.from] = (logits[item.tokens[position] as number] as number) - sum;
  };
  const computed = await walk(decoder, plan, (node) => wants.has(node), onLogits, slices);
  const started = 1 - Math.min(1, text.start.length);
  const asked = items.reduce((sum, item) => sum + item.tokens.length + started, 0);
  return {
    results: plans.map(({ promptTokens, items: own }) => ({
      promptTokens,
      scores: own.map(({ tokens, from, logprobs }) => {
        const tokenIds = tokens.slice(from);
        return {
          tokenIds,
          tokens: tokenIds.map((id) => text.decode([id])),
          tokenLogprobs: logprobs,
          sumLogprob: logprobs.reduce((sum, value) => sum + value, 0),
        };
      }),
    })),
    usage: { asked, computed },
  };
}

function tokenise({ contextLength }: Decoder, text: Text, { prompt, continuations }: ScoreRequest) {
  const alone = text.withStart(prompt);
  if (continuations.length === 0)
    throw badRequest('A prompt came without continuations. Give at least one text to score.');
  const items = continuations.map((continuation): Item => {
    if (continuation === '') throw badRequest('An empty continuation has no probability. Give each label a word.');
    const tokens = text.withStart(prompt + continuation);
    let from = 0;
    while (from < alone.length && from < tokens.length && alone[from] === tokens[from]) from++;
    if (from === tokens.length)
      throw badRequest(
        `The continuation ${JSON.stringify(continuation)} adds no token to its prompt. Use another word.`,
      );
    if (from === 0)
      throw badRequest(
        'This model has no start token, so that the first token of all has no probability. Give a prompt before it.',
      );
    return { tokens, from, logprobs: [] };
  });
  requireFits(
    Math.max(...items.map((item) => item.tokens.length)),
    contextLength,
    'The prompt with its longest continuation',
  );
  return { promptTokens: alone.length + 1 - Math.min(1, text.start.length), items };
}
