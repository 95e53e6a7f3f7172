import { utf8ToBytes } from '@noble/hashes/utils.js';
import { logMean } from '../calibration/logspace.ts';
import type { ScoreRequest, ScoreResult } from '../model/language-model.ts';
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
function before(context: AskContext, demos: readonly PromptDemo[], word: string): Segment[] {
  const { template } = context;
  const instruction = template.instruction.trim();
  return [
    ...(instruction === '' ? [] : [{ role: 'instruction' as const, text: `${instruction}\n\n` }]),
    ...demos.flatMap(({ example, word: own }): Segment[] => [
      { role: 'demo-label', text: `${template.labelName}: ${own}\n`, demoId: example.id },
      { role: 'demo', text: `${inputLines(template, example)}\n\n`, demoId: example.id },
    ]),
    { role: 'cue', text: `${template.labelName}: ${word}\n${splitInput(context).before}` },
  ];
}

const flatWords = ({ words }: AskContext) =>
  words.labels.flatMap(({ words: own }, label) => [...new Set(own)].map((word) => ({ word, label })));

/** The whole prompt of an answer. */
export const channelSegments = (context: AskContext, demos: readonly PromptDemo[], answer: number): Segment[] => [
  ...before(context, demos, context.words.labels[answer]?.words[0] ?? ''),
  { role: 'query', text: splitInput(context).scored },
];

/** One request a label word: the query's text after it. */
export function channelRequests(context: AskContext, demos: readonly PromptDemo[]): ScoreRequest[] {
  const { scored } = splitInput(context);
  return flatWords(context).map(
    ({ word }): ScoreRequest => ({ prompt: promptText(before(context, demos, word)), continuations: [scored] }),
  );
}

/**
 * Natural logs, one a label.
 * @param results those of one or more rounds of `channelRequests`, whose log-probabilities are summed word by word.
 */
export function channelLogprobs(context: AskContext, results: readonly ScoreResult[]): number[] {
  const bytes = Math.max(1, utf8ToBytes(splitInput(context).scored.trim()).length);
  const words = flatWords(context);
  const ofResult = (result: ScoreResult): number => {
    const s = result.scores[0];
    const length = context.score === 'sum' ? 1 : context.score === 'mean' ? s?.tokenLogprobs.length : bytes;
    return (s?.sumLogprob ?? Number.NaN) / Math.max(1, length ?? 1);
  };
  const rows = context.words.labels.map(() => [] as number[][]);
  words.forEach(({ label }, i) => {
    const own = results.filter((_, r) => r % words.length === i).map(ofResult);
    rows[label]?.push([own.length === 0 ? Number.NaN : own.reduce((a, b) => a + b, 0)]);
  });
  return rows.map((own) => logMean(own)[0] ?? Number.NaN);
}

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
  ignores: ['ruminate', 'tune'],
  asks: true,
  wordFollows: false,
  segments: channelSegments,
  requests: channelRequests,
  logprobs: channelLogprobs,
} as const satisfies AskingAnswerer<Record<never, never>>;
