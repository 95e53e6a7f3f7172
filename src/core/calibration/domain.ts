import { number } from '../options.ts';
import type { Stream } from '../random/stream.ts';
import { words } from '../words.ts';
import { defineCalibrator } from './calibrator.ts';
import { divideBy, exponentials, logMean, logNormalised } from './logspace.ts';

export const dc = defineCalibrator({
  type: 'dc',
  title: 'Domain-context calibration (DC)',
  summary: 'Divides by what the same prompt answers for random words of the evaluation texts. Reads their texts.',
  source: 'Fei et al. 2023; METHODS 4',
  evidence: 'verified',
  transductive: true,
  needsKnowledge: false,
  fields: {
    strings: number('Strings', 'How many strings of random words make the prior.', {
      min: 1,
      max: 100,
      step: 1,
      default: 20,
    }),
  },
  plan: ({ promptWith, queryTexts, random, once }, { strings }) => {
    const drawn = once(() => randomStrings(queryTexts, strings, random('calibrate/dc')));
    return {
      prompts: drawn.map(promptWith),
      combine: (logprobs) => {
        const logPrior = logNormalised(logMean(logprobs));
        return { prior: exponentials(logPrior), correction: divideBy(logPrior) };
      },
    };
  },
});

/** Strings of as many words as the texts have on average, each word drawn from all of theirs. */
function randomStrings(texts: readonly string[], count: number, random: Stream): string[] {
  const bags = texts.map(words);
  const all = bags.flat();
  const length = Math.max(1, Math.round(all.length / Math.max(1, bags.length)));
  const draw = () => Array.from({ length }, () => (all.length === 0 ? '' : all[random.below(all.length)])).join(' ');
  return Array.from({ length: count }, () => `${draw()} .`);
}
