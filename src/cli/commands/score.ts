import { parseArgs } from 'node:util';
import { usageError } from '../../core/errors.ts';
import { engineOptions, modelOption } from '../engine-option.ts';
import { textTable } from '../output.ts';
import { DEFAULT_MODEL, loadModel } from '../resources.ts';

/** `knowshot score`: exact log-probabilities of continuations after a prompt. */
export async function score(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      prompt: { type: 'string' },
      continuation: { type: 'string', multiple: true },
      ...engineOptions,
      json: { type: 'boolean', default: false },
    },
  });
  const { prompt, continuation: continuations } = values;
  if (prompt === undefined || continuations === undefined) {
    throw usageError(
      'knowshot score needs --prompt and at least one --continuation, for example --prompt "Paris is in" --continuation " France".',
    );
  }
  const { choice, place } = modelOption(values, DEFAULT_MODEL);
  const model = await loadModel(choice, undefined, place);
  const { results, usage } = await model.score([{ prompt, continuations }]);
  const [result] = results;
  const scored = (result?.scores ?? []).map((s, i) => ({
    continuation: continuations[i] ?? '',
    sumLogprob: s.sumLogprob,
    tokens: s.tokens.map((text, t) => ({ id: s.tokenIds[t], text, logprob: s.tokenLogprobs[t] })),
  }));
  if (values.json) {
    const document = {
      knowshot: 1,
      model: model.identity,
      prompt,
      promptTokens: result?.promptTokens,
      usage,
      continuations: scored,
    };
    console.log(JSON.stringify(document, null, 2));
  } else {
    const rows = scored.flatMap(({ continuation, sumLogprob, tokens }) => [
      [JSON.stringify(continuation), sumLogprob.toFixed(4)],
      ...tokens.map((token) => [`  ${JSON.stringify(token.text)}`, token.logprob?.toFixed(4) ?? '']),
    ]);
    console.log(textTable([['continuation, its tokens', 'log-prob'], ...rows]));
  }
  model.dispose();
}
