import * as v from 'valibot';

/** What the page tells the embedded engine's worker. */
export const WorkerLoadOptions = v.object({
  modelId: v.string(),
  /** Address of the page's folder, which `models/` is in. */
  baseUrl: v.pipe(v.string(), v.url()),
  backend: v.optional(v.picklist(['wasm', 'webgpu'])),
  threads: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
});
export type WorkerLoadOptions = v.InferOutput<typeof WorkerLoadOptions>;
