import { number } from '../options.ts';
import { words } from '../words.ts';
import { defineCalibrator } from './calibrator.ts';
import { meanProbabilities, normalised } from './logspace.ts';

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
  plan: ({ promptWith, queryTexts, random }, { strings }) => {
    const bags = queryTexts.map(words);
    const all = bags.flat();
    const length = Math.max(1, Math.round(all.length / Math.max(1, bags.length)));
    const stream = random('calibrate/dc');
    const draw = () => Array.from({ length }, () => all[stream.below(all.length)] ?? '').join(' ');
    return {
      prompts: Array.from({ length: strings }, () => promptWith(`${draw()} .`)),
      combine: (logprobs) => {
        const prior = normalised(meanProbabilities(logprobs));
        return { prior, correction: prior.map((p) => -Math.log(p)) };
      },
    };
  },
});
