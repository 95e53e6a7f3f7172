import * as v from 'valibot';
import { DTYPES } from './runtime.ts';

const Source = {
  model: v.pipe(v.string(), v.regex(/^[\w.-]+(?:\/[\w.-]+)?$/u, 'must be a model id of Hugging Face')),
  dtype: v.picklist(DTYPES),
  revision: v.exactOptional(v.string()),
};

/** What the page tells the worker. */
export const WorkerLoadOptions = v.object({
  ...Source,
  embedder: v.exactOptional(v.object(Source)),
  device: v.picklist(['webgpu', 'wasm']),
  /** More than one needs a page that is isolated from others. */
  threads: v.pipe(v.number(), v.integer(), v.minValue(1)),
});
export type WorkerLoadOptions = v.InferOutput<typeof WorkerLoadOptions>;
