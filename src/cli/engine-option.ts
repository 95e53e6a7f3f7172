import { usageError } from '../core/errors.ts';
import type { ModelChoice } from '../core/run/spec.ts';
import { OPENAI_ENGINE } from '../engines/openai/index.ts';
import { TRANSFORMERS_ENGINE } from '../engines/transformers/load.ts';
import { DTYPES, type Dtype } from '../engines/transformers/runtime.ts';
import { wholeNumber } from './numbers.ts';

/** What a command says of where its model is. */
export const engineOptions = {
  engine: { type: 'string' },
  model: { type: 'string' },
  concurrency: { type: 'string' },
  context: { type: 'string' },
  dtype: { type: 'string' },
} as const;

/** Also of a sentence embedder beside it, where a command chooses demos. */
export const modelOptions = { ...engineOptions, embedder: { type: 'string' } } as const;

interface EngineValues {
  readonly engine?: string | undefined;
  readonly model?: string | undefined;
  readonly concurrency?: string | undefined;
  readonly context?: string | undefined;
  readonly dtype?: string | undefined;
  readonly embedder?: string | undefined;
}

/** Where a model is found in this terminal: what a spec or link does not hold. */
export interface ModelPlace {
  /** A server's address, or a folder or id of ONNX files. */
  readonly where: string | undefined;
  readonly concurrency: number | undefined;
  readonly contextLength: number | undefined;
  readonly dtype: Dtype | undefined;
  /** A folder or id of a sentence embedder. */
  readonly embedder: string | undefined;
}

export const NOWHERE: ModelPlace = {
  where: undefined,
  concurrency: undefined,
  contextLength: undefined,
  dtype: undefined,
  embedder: undefined,
};

const PREFIXES = new Map([
  ['openai', OPENAI_ENGINE],
  ['onnx', TRANSFORMERS_ENGINE],
]);

/**
 * The model that the options name, over the one of a spec.
 * @param given of the spec; its id stays where only the place is told.
 */
export function modelOption(values: EngineValues, given: ModelChoice): { choice: ModelChoice; place: ModelPlace } {
  const { engine, where } = engineOf(values.engine, given.engine);
  const same = engine === given.engine;
  const id = values.model ?? (same ? given.id : undefined);
  const choice = values.model === undefined && same ? given : { engine, id: id ?? '' };
  const place = {
    where,
    concurrency: wholeNumber('--concurrency', values.concurrency),
    contextLength: wholeNumber('--context', values.context),
    dtype: dtypeOf(values.dtype),
    embedder: values.embedder,
  };
  if (place.concurrency === 0) throw usageError('--concurrency is 0; give at least 1.');
  return { choice, place };
}

function engineOf(text: string | undefined, given: string): { engine: string; where: string | undefined } {
  if (text === undefined) return { engine: given, where: undefined };
  if (text === 'embedded') return { engine: 'embedded', where: undefined };
  const [, prefix = '', where = ''] = /^([a-z]+):(.+)$/u.exec(text) ?? [];
  const engine = PREFIXES.get(prefix);
  if (engine === undefined)
    throw usageError(
      `--engine "${text}": give embedded, ${[...PREFIXES.keys()].map((name) => `${name}:...`).join(' or ')}.`,
    );
  return { engine, where };
}

function dtypeOf(text: string | undefined): Dtype | undefined {
  const dtype = DTYPES.find((name) => name === text);
  if (text !== undefined && dtype === undefined) throw usageError(`--dtype "${text}": known are ${DTYPES.join(', ')}.`);
  return dtype;
}
