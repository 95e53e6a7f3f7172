import { utf8ToBytes } from '@noble/hashes/utils.js';
import { logMean } from '../calibration/logspace.ts';
import type { ScoreRequest } from '../model/language-model.ts';
import { inputLines, promptText, type Segment } from '../prompt/render.ts';
import type { AskContext, AskingAnswerer, PromptDemo } from './answerer.ts';

/** Where the name of the first text ends: what follows is what is scored. */
function splitInput({ template, query }: AskContext): { before: string; scored: string } {
  const lines = inputLines(template, query);
  const name = template.inputNames[0] ?? '';
  const before = name === '' ? '' : `${name}:`;
  return { before, scored: lines.slice(before.length) };
}

/** The prompt up to the query's input: instruction, demos turned round, the label line of the answer. */
function channelSegments(context: AskContext, demos: readonly PromptDemo[], word: string): Segment[] {
  const { template } = context;
  const instruction = template.instruction.trim();
  const { before } = splitInput(context);
  return [
    ...(instruction === '' ? [] : [{ role: 'instruction' as const, text: `${instruction}\n\n` }]),
    ...demos.flatMap(({ example, word: own }): Segment[] => [
      { role: 'demo-label', text: `${template.labelName}: ${own}\n`, demoId: example.id },
      { role: 'demo', text: `${inputLines(template, example)}\n\n`, demoId: example.id },
    ]),
    { role: 'cue', text: `${template.labelName}: ${word}\n${before}` },
  ];
}

const flatWords = ({ words }: AskContext) =>
  words.labels.flatMap(({ words: own }, label) => [...new Set(own)].map((word) => ({ word, label })));

/**
 * Channel scoring (Min et al. 2022): log P(x | turned demos, word(y)) with a uniform P(y). The same text is scored under
 * each label, so that sum, mean and per byte give one answer; a label of several words is the mean of theirs.
 */
export const channel = {
  type: 'channel',
  title: 'Channel',
  summary: 'Turns the prompt round: how likely is the text after each label? Costs one scoring of the text a label.',
  source: 'Min et al. 2022; METHODS 4 (channel)',
  evidence: 'verified',
  fields: {},
  ignores: ['ruminate'],
  asks: true,
  wordFollows: false,
  segments: (context, demos, answer) => [
    ...channelSegments(context, demos, context.words.labels[answer]?.words[0] ?? ''),
    { role: 'query', text: splitInput(context).scored },
  ],
  requests: (context, demos) => {
    const { scored } = splitInput(context);
    return flatWords(context).map(
      ({ word }): ScoreRequest => ({
        prompt: promptText(channelSegments(context, demos, word)),
        continuations: [scored],
      }),
    );
  },
  logprobs: (context, results) => {
    const { scored } = splitInput(context);
    const bytes = Math.max(1, utf8ToBytes(scored.trim()).length);
    const rows = context.words.labels.map(() => [] as number[][]);
    flatWords(context).forEach(({ label }, i) => {
      const s = results[i]?.scores[0];
      const length = context.score === 'sum' ? 1 : context.score === 'mean' ? s?.tokenLogprobs.length : bytes;
      rows[label]?.push([(s?.sumLogprob ?? Number.NaN) / Math.max(1, length ?? 1)]);
    });
    return rows.map((own) => logMean(own)[0] ?? Number.NaN);
  },
} as const satisfies AskingAnswerer<Record<never, never>>;
