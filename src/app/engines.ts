import { specError } from '../core/errors.ts';
import type { LanguageModel, LoadProgress } from '../core/model/language-model.ts';
import { parseOnnxId } from '../core/model/onnx-id.ts';
import type { EmbedderChoice, ModelChoice } from '../core/run/spec.ts';
import type { Backend } from '../engines/embedded/load.ts';
import { addresses, choose, downloadBytes, hasWebLlmModel, webLlmCatalog } from '../engines/web-llm/catalog.ts';
import type { EmbedderFolder, ServerPlace } from '../panels/host.ts';
import { megabytes } from '../ui/format.ts';

interface LoadRequest {
  readonly modelId: string;
  readonly baseUrl: string;
  /** The server that the user named last, for models that run on one. */
  readonly server: ServerPlace | null;
  /** Where embedded models score. */
  readonly backend: Backend;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: LoadProgress) => void;
}

interface EngineEntry {
  /** What is wrong with a model's id, or `null`. */
  readonly problem: (id: string) => string | null;
  /** What loading asks of other machines, as a sentence; `null` where all of it comes with the page. */
  readonly asks: (id: string) => string | null;
  readonly load: (request: LoadRequest) => Promise<LanguageModel>;
}

const oneOf = (engine: string, ids: readonly string[]) => (id: string) =>
  ids.includes(id) ? null : `The engine "${engine}" has no model "${id}". It has: ${ids.join(', ')}.`;

/** Models that come with the page. */
export const EMBEDDED = ['knowshot-mini', 'knowshot-mini-plain'] as const;

/** Engines of this page, each loaded when it is first asked for. A new one is an entry here. */
const engines: Readonly<Record<string, EngineEntry>> = {
  embedded: {
    problem: oneOf('embedded', EMBEDDED),
    asks: () => null,
    load: async (request) => (await import('../engines/embedded/browser.ts')).loadEmbeddedInWorker(request),
  },
  'web-llm': {
    problem: (id) =>
      hasWebLlmModel(id)
        ? null
        : oneOf(
            'web-llm',
            webLlmCatalog.map((model) => model.id),
          )(id),
    asks: (id) => {
      const chosen = choose(id, false);
      const { host } = new URL(addresses(chosen).repository);
      return `This experiment runs on ${chosen.model.title}: about ${megabytes(downloadBytes(chosen.model, chosen.variant))} from ${host}, unless they are here already.`;
    },
    load: async (request) => (await import('../engines/web-llm/browser.ts')).loadWebLlmInWorker(request),
  },
  transformers: {
    problem: (id) =>
      parseOnnxId(id) === null
        ? `"${id}" names no ONNX model: give owner/name:type, for example onnx-community/Qwen2.5-0.5B-Instruct:q8. A sentence embedder is chosen on its own.`
        : null,
    asks: (id) => `This experiment runs on ${id} in ONNX, which comes from huggingface.co unless it is here already.`,
    async load({ modelId, signal, onProgress }) {
      const choice = parseOnnxId(modelId);
      if (choice === null) throw specError(`"${modelId}" names no ONNX model.`);
      const { loadTransformersInWorker } = await import('../engines/transformers/index.ts');
      return loadTransformersInWorker({ ...choice, signal, onProgress });
    },
  },
  openai: {
    problem: () => null,
    asks: (id) => `This experiment runs on the model "${id}" of a server.`,
    async load({ modelId, server, signal, onProgress }) {
      if (server === null)
        throw specError(`The experiment runs on the model "${modelId}" of a server. Say under Models where that is.`);
      const { connectServer } = await import('../engines/openai/index.ts');
      return connectServer({ ...server, model: modelId === '' ? undefined : modelId, signal, onProgress });
    },
  },
};

const entryOf = (engine: string): EngineEntry | undefined =>
  Object.hasOwn(engines, engine) ? engines[engine] : undefined;

/** The problem with a choice of model, or `null`. */
export function modelProblem({ engine, id }: ModelChoice): string | null {
  const entry = entryOf(engine);
  return entry === undefined
    ? `This page has no engine "${engine}". It has: ${Object.keys(engines).join(', ')}.`
    : entry.problem(id);
}

/** What loading a model asks of other machines, or `null`. */
export const modelAsks = ({ engine, id }: ModelChoice): string | null => entryOf(engine)?.asks(id) ?? null;

export async function loadModel({ engine, id }: ModelChoice, request: Omit<LoadRequest, 'modelId'>) {
  const problem = modelProblem({ engine, id });
  const entry = entryOf(engine);
  if (problem !== null || entry === undefined) throw specError(problem ?? 'No such engine.');
  return entry.load({ ...request, modelId: id });
}

/** The problem with a choice of sentence embedder, or `null`. A name without an owner is that of a folder. */
export const embedderProblem = ({ id }: EmbedderChoice): string | null =>
  id.includes('/') && parseOnnxId(id) === null
    ? `"${id}" names no sentence embedder: give owner/name:type, for example Xenova/all-MiniLM-L6-v2:q8.`
    : null;

export const embedderAsks = ({ id }: EmbedderChoice): string | null =>
  parseOnnxId(id) === null
    ? null
    : `This experiment compares texts by the sentence embedder ${id}, which comes from huggingface.co unless it is here already.`;

export async function loadEmbedder(
  choice: EmbedderChoice,
  {
    folder,
    ...io
  }: { folder: EmbedderFolder | null; signal: AbortSignal; onProgress: (progress: LoadProgress) => void },
): Promise<LanguageModel> {
  const problem = embedderProblem(choice);
  if (problem !== null) throw specError(problem);
  const hub = parseOnnxId(choice.id);
  const { loadEmbedderInWorker } = await import('../engines/transformers/index.ts');
  if (hub !== null) return loadEmbedderInWorker({ source: { from: 'hub', ...hub }, ...io });
  if (folder !== null)
    return loadEmbedderInWorker({ source: { from: 'folder', name: choice.id, files: [...folder] }, ...io });
  throw specError(
    `This experiment compares texts by the sentence embedder "${choice.id}" of a folder. Choose that folder under Models.`,
  );
}
