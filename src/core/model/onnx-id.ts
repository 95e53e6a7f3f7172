/** Number types that an export can have, most precise first, by transformers.js's names. */
export const OFFERED = [
  { value: 'fp32', label: '32 bits' },
  { value: 'fp16', label: '16 bits' },
  { value: 'q8', label: '8 bits' },
  { value: 'q4', label: '4 bits' },
  { value: 'q4f16', label: '4 bits, 16-bit arithmetic' },
] as const;

export type OfferedDtype = (typeof OFFERED)[number]['value'];

export interface OnnxFiles {
  /** A model id of Hugging Face. */
  readonly model: string;
  readonly dtype: OfferedDtype;
}

export interface OnnxChoice extends OnnxFiles {
  /** A sentence embedder beside the model. */
  readonly embedder?: OnnxFiles;
}

const FORM = /^([\w.-]+\/[\w.-]+):(\w+)$/u;

const nameOf = ({ model, dtype }: OnnxFiles): string => `${model}:${dtype}`;

/**
 * As a spec names it: `owner/name:dtype`, since another number type gives other numbers, and `+owner/name:dtype` of an embedder,
 * since another one finds other demonstrations.
 */
export const onnxId = ({ embedder, ...files }: OnnxChoice): string =>
  embedder === undefined ? nameOf(files) : `${nameOf(files)}+${nameOf(embedder)}`;

/** @returns `null` where the id is of another form. */
export function parseOnnxId(id: string): OnnxChoice | null {
  const [first = '', second, ...more] = id.split('+');
  const files = parseFiles(first);
  if (files === null || more.length > 0) return null;
  if (second === undefined) return files;
  const embedder = parseFiles(second);
  return embedder === null ? null : { ...files, embedder };
}

function parseFiles(text: string): OnnxFiles | null {
  const [, model, type] = FORM.exec(text) ?? [];
  const dtype = OFFERED.find(({ value }) => value === type)?.value;
  return model === undefined || dtype === undefined ? null : { model, dtype };
}
