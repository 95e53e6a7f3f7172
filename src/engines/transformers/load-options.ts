import * as v from 'valibot';
import { DTYPES } from './runtime.ts';

const dtype = v.picklist(DTYPES);

/** Where the files come from. */
const Source = v.variant('from', [
  v.object({
    from: v.literal('hub'),
    model: v.pipe(v.string(), v.regex(/^[\w.-]+\/[\w.-]+$/u, 'must be a model id of Hugging Face')),
    dtype,
  }),
  v.object({
    from: v.literal('folder'),
    name: v.string(),
    files: v.array(v.object({ path: v.string(), file: v.instance(Blob) })),
    dtype: v.optional(dtype),
  }),
]);
export type Source = v.InferOutput<typeof Source>;

/** What the page tells the worker. */
export const WorkerLoadOptions = v.object({
  kind: v.picklist(['language-model', 'embedder']),
  source: Source,
  device: v.picklist(['webgpu', 'wasm']),
  /** More than one needs a page that is isolated from others. */
  threads: v.pipe(v.number(), v.integer(), v.minValue(1)),
});
export type WorkerLoadOptions = v.InferOutput<typeof WorkerLoadOptions>;
