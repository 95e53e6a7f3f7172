import { specError } from '../core/errors.ts';
import type { LanguageModel, LoadProgress } from '../core/model/language-model.ts';
import type { ModelChoice } from '../core/run/spec.ts';

interface LoadRequest {
  readonly modelId: string;
  readonly baseUrl: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: LoadProgress) => void;
}

interface EngineEntry {
  readonly models: readonly string[];
  readonly load: (request: LoadRequest) => Promise<LanguageModel>;
}

/** Engines of this page, each loaded when it is first asked for. A new one is a line here. */
const engines: Readonly<Record<string, EngineEntry>> = {
  embedded: {
    models: ['knowshot-mini'],
    load: async (request) => (await import('../engines/embedded/browser.ts')).loadEmbeddedInWorker(request),
  },
};

/** The problem with a choice of model, or `null`. */
export function modelProblem({ engine, id }: ModelChoice): string | null {
  const entry = Object.hasOwn(engines, engine) ? engines[engine] : undefined;
  if (entry === undefined) {
    return `This page has no engine "${engine}". It has: ${Object.keys(engines).join(', ')}.`;
  }
  return entry.models.includes(id)
    ? null
    : `The engine "${engine}" has no model "${id}". It has: ${entry.models.join(', ')}.`;
}

export async function loadModel({ engine, id }: ModelChoice, request: Omit<LoadRequest, 'modelId'>) {
  const problem = modelProblem({ engine, id });
  const entry = engines[engine];
  if (problem !== null || entry === undefined) throw specError(problem ?? 'No such engine.');
  return entry.load({ ...request, modelId: id });
}
