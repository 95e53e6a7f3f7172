import { promptText, renderSegments } from '../prompt/render.ts';
import type { AskContext, AskingAnswerer, PromptDemo } from './answerer.ts';

const segmentsOf = ({ template, query, thought }: AskContext, demos: readonly PromptDemo[]) =>
  renderSegments({ template, demos, query, ...(thought === undefined ? {} : { thought }) });

export const model = {
  type: 'model',
  title: 'The model',
  summary: 'Scores every label word after the prompt.',
  source: 'METHODS 0.4, 0.5',
  evidence: 'verified',
  fields: {},
  ignores: [],
  asks: true,
  wordFollows: true,
  segments: segmentsOf,
  requests: (context, demos) => [
    { prompt: promptText(segmentsOf(context, demos)), continuations: context.words.continuations },
  ],
  logprobs: ({ words, score }, [result]) => (result === undefined ? [] : words.labelLogprobs(result, score)),
} as const satisfies AskingAnswerer<Record<never, never>>;
