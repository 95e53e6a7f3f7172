import type { ScoreBatch, ScoreRequest } from '../../core/model/language-model.ts';
import { buildPrefixTree, pathOf } from '../../core/run/prefix-tree.ts';
import type { Slices } from '../slices.ts';
import type { Change } from './change.ts';
import { laidOut, NO_PLACES, placesOf } from './change.ts';
import type { Reader, ScoringCore } from './core.ts';
import { badRequest, requireFits, withStart } from './core.ts';

/** A prompt with one continuation, tokenised as one text. */
export interface Item {
  readonly tokens: readonly number[];
  /** The scored tokens begin here: after the longest token prefix in common with the prompt alone (METHODS 0.5). */
  readonly from: number;
  readonly logprobs: Float64Array;
}

interface Want {
  readonly item: Item;
  /** The scored token is tokens[position]; its distribution stands one earlier. */
  readonly position: number;
}

/** @param change what the model is changed by, for all of the requests. */
export async function score(
  core: ScoringCore,
  requests: readonly ScoreRequest[],
  slices: Slices,
  change?: Change,
): Promise<ScoreBatch> {
  const places = placesOf(change ?? NO_PLACES);
  const plans = await slices.map(requests, (request) => tokenise(core, request, places));
  const items = plans.flatMap((plan) => plan.items);
  const before = core.walker.computed;
  // The last token of a text is never an input.
  const inputs = items.map((item) => laidOut(change ?? NO_PLACES, item.tokens.slice(0, -1)));
  const plan = buildPrefixTree(inputs);
  const wants = new Map<number, Want[]>();
  const wanted = new Uint8Array(plan.size);
  items.forEach((item, index) => {
    const path = pathOf(plan, index);
    for (let position = item.from; position < item.tokens.length; position++) {
      const node = path[places + position - 1] as number;
      wanted[node] = 1;
      const list = wants.get(node);
      if (list) list.push({ item, position });
      else wants.set(node, [{ item, position }]);
    }
  });
  try {
    const onHidden = (node: number, slot: number) => {
      const here = wants.get(node) as Want[];
      const ids = here.map(({ item, position }) => item.tokens[position] as number);
      core.head.want(slot, ids, (i, logprob) => {
        const { item, position } = here[i] as Want;
        item.logprobs[position - item.from] = logprob;
      });
    };
    await core.walker.walk({ plan, wanted, onHidden, change }, slices);
    await slices.wait(core.head.settle());
  } finally {
    core.head.drop();
  }
  return {
    results: plans.map((request) => ({
      promptTokens: request.promptTokens,
      scores: request.items.map((item) => toScore(core, item)),
    })),
    usage: {
      asked: items.reduce((sum, item) => sum + places + item.tokens.length, 0),
      computed: core.walker.computed - before,
    },
  };
}

export function tokenise(
  core: Reader,
  { prompt, continuations, firstToken = false }: ScoreRequest,
  places: number,
): { promptTokens: number; items: Item[] } {
  const alone = withStart(core, prompt);
  if (continuations.length === 0)
    throw badRequest('A prompt came without continuations. Give at least one text to score.');
  const items = continuations.map((continuation): Item => {
    if (continuation === '') throw badRequest('An empty continuation has no probability. Give each label a word.');
    const tokens = withStart(core, prompt + continuation);
    let from = 1;
    while (from < alone.length && from < tokens.length && alone[from] === tokens[from]) from++;
    if (from === tokens.length)
      throw badRequest(
        `The continuation ${JSON.stringify(continuation)} adds no token to its prompt. Use another word.`,
      );
    const read = firstToken ? tokens.slice(0, from + 1) : tokens;
    return { tokens: read, from, logprobs: new Float64Array(read.length - from) };
  });
  requireFits(
    core,
    places + Math.max(...items.map((item) => item.tokens.length)),
    'The prompt with its longest continuation',
  );
  return { promptTokens: alone.length, items };
}

function toScore(core: Reader, { tokens, from, logprobs }: Item) {
  const tokenIds = tokens.slice(from);
  const tokenLogprobs = [...logprobs];
  return {
    tokenIds,
    tokens: tokenIds.map((id) => core.codec.text(id)),
    tokenLogprobs,
    sumLogprob: tokenLogprobs.reduce((sum, value) => sum + value, 0),
  };
}
