import type { LanguageModel, ScoreBatch, ScoreRequest, SelfTestCheck } from '../../core/model/language-model.ts';
import { check, difference } from '../self-test.ts';
import type { Dtype } from './runtime.ts';

/** Short prompts, with a beginning in common and words of several tokens. */
const PROMPTS: readonly ScoreRequest[] = [
  { prompt: 'Review: a warm and funny film.\nSentiment:', continuations: [' positive', ' negative'] },
  { prompt: 'Review: a warm and funny film.\nGenre:', continuations: [' comedy', ' documentary film'] },
];

/**
 * In nats. In 32 bits ONNX Runtime's WebGPU was seen 0.0017 from its WASM, on a random model. Graphs of fewer bits round
 * activations on the processor or all arithmetic on the GPU, so that two right back ends differ in the second decimal.
 */
const tolerance = (dtype: Dtype): number => (dtype === 'fp32' ? 0.01 : 0.2);

export const scoreShort = (model: Pick<LanguageModel, 'score'>): Promise<ScoreBatch> => model.score(PROMPTS);

/** Compares what two back ends gave with `scoreShort`. */
export const compareBackends = (
  names: readonly [here: string, there: string],
  here: ScoreBatch,
  there: ScoreBatch,
  dtype: Dtype,
): SelfTestCheck =>
  check(`${names[0]} gives the numbers of ${names[1]}`, difference(here, there.results), tolerance(dtype));
