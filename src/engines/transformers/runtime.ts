import type * as Transformers from '@xenova/transformers';

export type Runtime = typeof Transformers;
export type Tensor = InstanceType<Runtime['Tensor']>;
export type Tokenizer = Awaited<ReturnType<Runtime['AutoTokenizer']['from_pretrained']>>;
export type OnnxModel = Awaited<ReturnType<Runtime['AutoModelForCausalLM']['from_pretrained']>>;

/** Number types that an export can have, by transformers.js's names. */
export const DTYPES = ['fp32', 'fp16', 'q8', 'int8', 'uint8', 'q4', 'q4f16', 'bnb4'] as const;
export type Dtype = (typeof DTYPES)[number];

/** What each type adds to the name of the graph's file. */
export const SUFFIXES: Readonly<Record<Dtype, string>> = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
};

/** transformers.js, loaded when it is first asked for: it is large. */
export async function loadRuntime(): Promise<Runtime> {
  const runtime = await import('@xenova/transformers');
  const { env } = runtime;
  // A cached factory would be run from a blob's address, which the page's policy forbids.
  env.useWasmCache = false;
  // Files are kept and checked by engines/hub.
  env.useBrowserCache = false;
  env.useFSCache = false;
  env.logLevel = runtime.LogLevel.ERROR;
  return runtime;
}
