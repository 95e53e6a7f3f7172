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

const FORM = /^([\w.-]+\/[\w.-]+):(\w+)$/u;

/** As a spec names it: `owner/name:dtype`, since another number type gives other numbers. */
export const onnxId = ({ model, dtype }: OnnxFiles): string => `${model}:${dtype}`;

/** @returns `null` where the id is of another form. */
export function parseOnnxId(id: string): OnnxFiles | null {
  const [, model, type] = FORM.exec(id) ?? [];
  const dtype = OFFERED.find(({ value }) => value === type)?.value;
  return model === undefined || dtype === undefined ? null : { model, dtype };
}
