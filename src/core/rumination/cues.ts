import { fullText } from '../data/example.ts';
import type { GenerateRequest } from '../model/language-model.ts';
import { number } from '../options.ts';
import type { Outcome, Piece, Review, RuminationContext, Subject } from './rumination.ts';

/** The background form (METHODS 2.1). */
export const CUE = 'As far as I know,';

export const mentionCue = (mention: string): string => `About ${mention}, I know`;

export const taskCue = (taskName: string): string => `About ${taskName}, as far as I know,`;

/** Distinct names of linked entities in the query, as they are written there, in their order. */
export function mentionsOf(
  { query, knowledge }: Pick<RuminationContext, 'query' | 'knowledge'>,
  most: number,
): string[] {
  const text = fullText(query);
  const names = new Map<string, string>();
  for (const { entityId, start, end } of knowledge.link(text))
    if (!names.has(entityId)) names.set(entityId, text.slice(start, end));
  return [...names.values()].slice(0, most);
}

export const writingFields = {
  tokens: number('Tokens', 'The most tokens the model may write for a cue.', {
    min: 4,
    max: 120,
    step: 1,
    default: 32,
  }),
  temperature: number('Temperature', '0 is greedy.', { min: 0, max: 2, step: 0.05, default: 0.7 }),
} as const;

export const MOST_MENTIONS = number('Names', 'The most names that are asked about, in the order of the text.', {
  min: 1,
  max: 8,
  step: 1,
  default: 3,
});

export interface Writing {
  readonly tokens: number;
  readonly temperature: number;
}

/**
 * The first of two calls: a text alone, then the cue; one line is written. In a chat the text is the user's turn, and the cue begins the
 * model's own; what it wrote then stands in the user's turn of the second call, as all that is shown before an answer does.
 */
export const recall = (
  { lines, seed, frame }: Subject,
  cue: string,
  { tokens, temperature }: Writing,
): GenerateRequest => ({
  prompt: frame === undefined ? `${lines}\n${cue}` : `${frame.before}${lines}\n${frame.after}${cue}`,
  maxTokens: tokens,
  temperature,
  topP: 0.9,
  stop: ['\n'],
  seed,
});

export const thoughtText = (cue: string, generated: string): string => `${cue} ${generated.trim()}`.trimEnd();

export async function pieceOf(
  { count }: Pick<RuminationContext, 'count'>,
  cue: string,
  generated: string,
): Promise<Piece> {
  const text = thoughtText(cue, generated);
  return { cue, text, generated, tokens: await count(text) };
}

/** Writes after each cue of the query, then goes on with the pieces. */
export function recallAll(
  context: RuminationContext,
  cues: readonly { readonly cue: string; readonly seed: number }[],
  writing: Writing,
  then: (pieces: readonly Piece[]) => Review,
): Outcome {
  return {
    requests: cues.map(({ cue, seed }) => recall({ ...context, seed }, cue, writing)),
    next: async (written) => then(await Promise.all(cues.map(({ cue }, i) => pieceOf(context, cue, written[i] ?? '')))),
  };
}
