import * as v from 'valibot';
import { EngineError } from '../../core/model/engine-error.ts';

const FileEntry = v.object({
  bytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')),
});

/** File names are plain: no folders, nothing that leaves the model's folder. */
const FileName = v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be a plain file name'));

/** What the engine reads: these make the model what it is. A card beside them does not. */
export const REQUIRED = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'] as const;
export type RequiredFile = (typeof REQUIRED)[number];

export const Manifest = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  revision: v.pipe(v.string(), v.nonEmpty()),
  title: v.string(),
  files: v.pipe(
    v.record(FileName, FileEntry),
    v.check((files) => REQUIRED.every((name) => Object.hasOwn(files, name)), `must list ${REQUIRED.join(', ')}`),
  ),
  parameters: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** Hidden states after this many layers give the text embedding; 0 is the token embeddings. */
  embedLayer: v.pipe(v.number(), v.integer(), v.minValue(0)),
  embedPooling: v.literal('mean'),
  /** Files that the model runs without, for example a model card. */
  optional: v.optional(v.union([v.boolean(), v.array(v.string())])),
});
export type Manifest = v.InferOutput<typeof Manifest>;

const decoder = new TextDecoder('utf-8', { fatal: true });

/** JSON of a model file, checked by a schema; the error names the file, the place and the fault. */
export function parseModelJson<T extends v.GenericSchema>(
  file: string,
  bytes: Uint8Array,
  schema: T,
): v.InferOutput<T> {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch (cause) {
    throw badModel(`${file} is not JSON`, cause);
  }
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw badModel(`${file}: ${v.getDotPath(issue) ?? 'the document'}: ${issue.message}`);
}

export const badModel = (what: string, cause?: unknown): EngineError =>
  new EngineError('bad-model', `The model cannot be used: ${what}. Download it again, or choose another model.`, {
    cause,
  });
