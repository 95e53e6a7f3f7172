import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { usageError } from '../core/errors.ts';
import type { LanguageModel } from '../core/model/language-model.ts';
import { usesEmbedder } from '../core/run/embedder.ts';
import type { RunSpec } from '../core/run/spec.ts';
import { loadEmbedderInNode } from '../engines/transformers/node.ts';
import { DTYPES, type Dtype } from '../engines/transformers/runtime.ts';
import { downloadLine, say } from './output.ts';

/** What `--embedder` names: a folder or an id of Hugging Face, either with `:type` behind it or without. */
interface Place {
  readonly model: string;
  readonly dtype: Dtype | undefined;
}

const isFolder = (path: string): boolean => existsSync(join(path, 'config.json'));

function placeOf(text: string): Place {
  const at = text.lastIndexOf(':');
  const dtype = DTYPES.find((name) => name === text.slice(at + 1));
  if (at < 0 || dtype === undefined || isFolder(text)) return { model: text, dtype: undefined };
  return { model: text.slice(0, at), dtype };
}

const FORM = /^[\w.-]+\/[\w.-]+$/u;

/**
 * The sentence embedder of a spec, where an arm asks for one.
 * @param told what `--embedder` says; it stands above the spec's.
 */
export async function embedderFor(
  spec: RunSpec,
  told: string | undefined,
  signal: AbortSignal,
): Promise<{ readonly spec: RunSpec; readonly embedder: LanguageModel | undefined }> {
  if (!usesEmbedder(spec)) {
    if (told === undefined) return { spec, embedder: undefined };
    throw usageError('--embedder is given, and no arm asks for it: write embedding=sentence in one, or leave it out.');
  }
  const { id } = spec.embedder ?? {};
  const named = told ?? id;
  if (named === undefined)
    throw usageError('An arm compares texts by a sentence embedder. Say which: --embedder FOLDER_OR_ID.');
  const place = placeOf(named);
  if (!isFolder(place.model) && !FORM.test(place.model)) {
    throw usageError(
      told === undefined
        ? `This experiment compares texts by the sentence embedder "${named}" of a folder. Say where it is: --embedder FOLDER.`
        : `--embedder "${told}" is neither a folder with a config.json nor an id of Hugging Face like Xenova/all-MiniLM-L6-v2.`,
    );
  }
  const embedder = await loadEmbedderInNode({ ...place, signal, onProgress: downloadLine() });
  const { identity } = embedder;
  say(`sentence embedder ${identity.id} ${identity.revision} (${identity.backend})`);
  const kept = identity.id === id ? spec.embedder : undefined;
  return { spec: { ...spec, embedder: kept ?? { id: identity.id } }, embedder };
}

/** As a spec can name it before it is loaded. */
export const embedderId = (told: string): string => {
  const { model, dtype } = placeOf(told);
  return isFolder(model) ? basename(model) : `${model}:${dtype ?? 'fp32'}`;
};
