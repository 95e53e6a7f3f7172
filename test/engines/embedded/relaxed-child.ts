/** Prints what the shipped model gives with the relaxed kernels and with the plain ones, or `null` where the former do not run. */
import { fileURLToPath } from 'node:url';
import { loadEmbeddedInNode } from '../../../src/engines/embedded/node.ts';
import { fusesMultiplyAdd } from '../../../src/engines/embedded/relaxed-simd.ts';

export interface Outcome {
  readonly backend: string;
  /** Largest differences that the self-test saw between one batch and another. */
  readonly selfTest: readonly number[];
  readonly logprobs: readonly number[];
}

export type Outcomes = { readonly [name in 'taken' | 'plain' | 'threaded']: Outcome };

const publicDir = fileURLToPath(new URL('../../../public', import.meta.url));
const news =
  'Stocks fell on Monday after the bank raised its rates, and the team lost its last game at home. Topic: business\n';
const requests = [0, 1, 2, 5].map((times) => ({
  prompt: `${news.repeat(times)}The river runs past an old mill. Topic:`,
  continuations: [' business', ' sports', ' science and technology'],
}));

async function outcome(options: { relaxed?: boolean; threads: number }): Promise<Outcome> {
  const model = await loadEmbeddedInNode({ modelId: 'knowshot-mini', publicDir, ...options });
  const { results } = await model.score(requests);
  model.dispose();
  return {
    backend: model.identity.backend,
    selfTest: model.selfTest.slice(0, 3).map(({ maxDifference }) => maxDifference),
    logprobs: results.flatMap(({ scores }) => scores.flatMap(({ tokenLogprobs }) => tokenLogprobs)),
  };
}

const outcomes: Outcomes | null = fusesMultiplyAdd()
  ? {
      taken: await outcome({ threads: 1 }),
      plain: await outcome({ threads: 1, relaxed: false }),
      threaded: await outcome({ threads: 2 }),
    }
  : null;
console.log(JSON.stringify(outcomes));
