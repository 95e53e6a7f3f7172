import { type Example, fullText } from '../data/example.ts';
import type { EmbedSource } from '../demos/selector.ts';
import type { LanguageModel } from '../model/language-model.ts';
import { choosesDemos, selectorOf } from './methods.ts';
import type { RunNotice } from './record.ts';
import type { Arm, RunSpec } from './spec.ts';

/** The sentence embedder that stands beside the model of a run. */
export type Embedder = Pick<LanguageModel, 'identity' | 'contextLength' | 'tokenize' | 'embed'>;

/** What an arm has vectors made by, if it asks for any. */
export const embedSource = (arm: Arm): EmbedSource | false =>
  choosesDemos(arm) && selectorOf(arm).needsEmbed(arm.select as never);

/** What of it can change a vector. */
export const embedderKey = ({ identity: { engine, id, revision, files, backend, precision } }: Embedder) => ({
  engine,
  id,
  revision,
  files,
  backend,
  precision,
});

/** Whether an experiment asks a sentence embedder at all; only then is it loaded. */
export const usesEmbedder = ({ arms }: Pick<RunSpec, 'arms'>): boolean =>
  arms.some((arm) => embedSource(arm) === 'sentence');

/** Why an arm has nobody to make its vectors, and what to choose instead; `null` where it has or needs none. */
export function embedProblem(
  arm: Arm,
  { identity, capabilities }: Pick<LanguageModel, 'identity' | 'capabilities'>,
  embedder: Embedder | undefined,
): string | null {
  const source = embedSource(arm);
  if (source === 'model' && !capabilities.has('embed'))
    return `${identity.id} cannot give text embeddings. Choose a sentence embedder or tf-idf as the embedding, another selector, or another model.`;
  if (source === 'sentence' && embedder === undefined)
    return 'It compares texts by a sentence embedder, and none is chosen. Choose one under Models (in the terminal with --embedder), or another embedding.';
  return null;
}

/** What is to be said of the embedder before it is asked: other numbers than those the experiment was made with, texts that it cannot read. */
export async function embedderNotices(
  { embedder: chosen }: Pick<RunSpec, 'embedder'>,
  embedder: Embedder,
  texts: readonly Example[],
  signal: AbortSignal | undefined,
): Promise<RunNotice[]> {
  const notices: RunNotice[] = [];
  if (chosen?.revision !== undefined && chosen.revision !== embedder.identity.revision)
    notices.push({
      code: 'embedder-changed',
      text: `This experiment was made with other files of the sentence embedder ${chosen.id}, so it can choose other demos.`,
    });
  const tokens = await embedder.tokenize(texts.map(fullText), signal === undefined ? {} : { signal });
  const long = tokens.filter((ids) => ids.length >= embedder.contextLength).length;
  if (long > 0)
    notices.push({
      code: 'embedder-long',
      text: `${long} ${long === 1 ? 'text is' : 'texts are'} longer than the ${embedder.contextLength - 1} tokens that the sentence embedder reads, and so counted as like no other.`,
    });
  return notices;
}
